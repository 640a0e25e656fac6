import type { Role } from "./permissions.ts";

/** What a token is for: sending the events of one source, or asking the API with a role. */
export type TokenGrant =
  | { readonly kind: "ingest"; readonly source: string }
  | { readonly kind: "api"; readonly role: Role };
