import { refusals } from "#kernel";

/** What backing up and restoring say no to. */
export const refuse = refusals("upkeep", {
  "one-at-a-time": { status: 409, says: "Process {pid} is making a backup. Wait for it, or end it." },
  "not-writable": { status: 400, says: "{path} can't be written: {why}" },
  exists: {
    status: 409,
    says: "{path} is there already. Name another file, or a folder for one with a name of its own.",
  },
  inside: {
    status: 400,
    says: "{path} lies in the data folder, which is what is backed up. Name a place outside of it.",
  },
  "no-data": { status: 404, says: "{path} is no data folder. --data says where it is." },
  "cannot-open": { status: 503, says: "{why}" },
  unreadable: { status: 400, says: "{path} can't be read: {why}" },
  "not-a-backup": { status: 400, says: "{path} is no backup of Meridian." },
  damaged: { status: 422, says: "The backup is damaged: {why}. Nothing was put in place." },
  "wrong-passphrase": { status: 403, says: "The passphrase does not open this backup." },
  "no-passphrase": {
    status: 403,
    says: "The backup is encrypted. --passphrase-file names the file with its passphrase.",
  },
  "bad-passphrase": { status: 400, says: "{path} holds no passphrase: it takes one line of 12 characters or more." },
  "newer-backup": {
    status: 409,
    says: "The backup was made by a newer Meridian ({version}, format {format}). Restore it with that one.",
  },
  "not-empty": {
    status: 409,
    says: "{path} is not empty. Restore into a new folder, and move the old one away first.",
  },
  "no-room": { status: 409, says: "The backup needs {needed} and {path} has {free} left." },
  "no-pg-dump": {
    status: 409,
    says: "The records are in PostgreSQL and {program} is not on the PATH. Install PostgreSQL's client programs, or give --without-records and back up the database by its own means.",
  },
  "pg-failed": { status: 503, says: "{program} ended with {code}: {why}" },
  "database-wanted": {
    status: 400,
    says: "The backup holds the records of a PostgreSQL database. MERIDIAN_DATABASE_URL names the empty database to put them in.",
  },
} as const);
