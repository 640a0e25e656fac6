import { refusals } from "#kernel";

export const refuse = refusals("ledger", {
  "no-such-entry": {
    status: 404,
    says: "The ledger has no entry {index}: the latest checkpoint is of {size} entries.",
  },
  "no-checkpoint": {
    status: 404,
    says: "There is no checkpoint yet. The first one comes within seconds of the first entry, where a process with the role jobs runs.",
  },
  "past-the-end": { status: 422, says: "The latest checkpoint is of {size} entries; {asked} is past its end." },
  "not-in-order": { status: 422, says: "{from} does not come before {to}." },
  "another-key": {
    status: 503,
    says: "The ledger {origin} is signed by {active}, and this process has another key. Give it that key, in MERIDIAN_LEDGER_KEY or as the data folder's file ledger-key; or go on with a new one by `./meridian ledger rotate-key`.",
  },
  "key-lost": {
    status: 503,
    says: "The ledger {origin} is signed by {active}, and its key is not here: neither in MERIDIAN_LEDGER_KEY nor as the data folder's file ledger-key. Restore it from a backup.",
  },
  "another-origin": {
    status: 503,
    says: "The ledger is called {origin} for ever; the setting ledgerOrigin says {asked}. Remove the setting.",
  },
  "bad-key": {
    status: 503,
    says: "{where} holds no key: give 32 bytes in base64, as `openssl rand -base64 32` prints.",
  },
  "bad-witness": {
    status: 503,
    says: "{url} {key} is no witness: give an https address, or http on this machine, and a key as name+hash+base64 of type 4.",
  },
  "key-elsewhere": {
    status: 409,
    says: "The ledger's key comes from MERIDIAN_LEDGER_KEY: make a new one, name its file with --new-key, and set the variable to it before the next start.",
  },
});
