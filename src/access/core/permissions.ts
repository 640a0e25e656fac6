/** From most to least. */
export const roles = ["owner", "responder", "reader"] as const;
export type Role = (typeof roles)[number];

/**
 * A room's permissions. `roles` is empty for what only the program itself, the holder of a link, or a source's token may
 * do. What is `peopleOnly` no token may do, whatever its role: who stole one must not make themselves at home.
 */
export type PermissionTable = Readonly<
  Record<string, { readonly says: string; readonly roles: readonly Role[]; readonly peopleOnly?: true }>
>;

/** All rooms' tables as one. Throws where two rooms name the same permission, or one is not named `noun.verb`. */
export function checkPermissionTables(tables: readonly PermissionTable[]): PermissionTable {
  const all: Record<string, PermissionTable[string]> = {};
  for (const [name, entry] of tables.flatMap((table) => Object.entries(table))) {
    if (!/^[a-z][a-z-]*\.[a-z][a-z-]*$/.test(name)) throw new RangeError(`not a name for a permission: ${name}`);
    if (Object.hasOwn(all, name)) throw new RangeError(`two rooms name the permission ${name}`);
    all[name] = entry;
  }
  return all;
}

/** The permissions that a role has, in the hands of a person or of a program with a token. */
export function permissionsOf(role: Role, table: PermissionTable, holder: "person" | "token"): ReadonlySet<string> {
  const has = Object.entries(table).filter(
    ([, { roles: theirs, peopleOnly }]) => theirs.includes(role) && !(peopleOnly && holder === "token"),
  );
  return new Set(has.map(([name]) => name));
}
