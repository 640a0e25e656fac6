import { entryOf } from "../yaml/node.ts";
import { type Check, scalarAt } from "./subject.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const relations = ["derived", "obsolete", "obsoletes", "merged", "renamed", "similar", "correlation"];

export const checkIdentity: Check = ({ root, report }) => {
  const id = scalarAt(root, "id");
  if (!id) {
    report.warning(
      root.at,
      "id-missing",
      "The document has no id.",
      "Give it a random UUID; without one it can't be told apart once it moves.",
    );
  } else {
    const match = uuid.exec(id.text);
    if (!match) report.warning(id.at, "id-not-uuid", `'${id.text}' is no UUID.`, "Use a random UUID, version 4.");
    else if (match[1] !== "4")
      report.info(
        id.at,
        "id-not-v4",
        "The id is a UUID, but not a random one (version 4).",
        "Use version 4 for new rules.",
      );
  }
  const related = entryOf(root, "related")?.value;
  for (const item of related?.kind === "list" ? related.items : []) {
    if (item.kind !== "map") continue;
    const other = scalarAt(item, "id");
    const type = scalarAt(item, "type");
    if (other && !uuid.test(other.text)) {
      report.warning(other.at, "related-id", `'${other.text}' is no UUID.`, "Name the related rule by its id.");
    }
    if (other && id && other.text === id.text) {
      report.warning(other.at, "related-self", "The rule is related to itself.", "Name the other rule.");
    }
    if (type && !relations.includes(type.text)) {
      report.warning(
        type.at,
        "related-type",
        `'${type.text}' is no known relation.`,
        "Use derived, obsolete, merged, renamed or similar.",
      );
    }
  }
};
