import { type Check, scalarAt } from "./subject.ts";

/** Words that a title may leave small, and names that are written so. */
const small = new Set(
  "a an and as at but by for from in into nor of off on onto or out over per so than the to up upon via vs when with without yet".split(
    " ",
  ),
);

export const checkTitle: Check = ({ root, report }) => {
  const title = scalarAt(root, "title");
  if (!title) return;
  const { text, at } = title;
  if (text.length > 256) {
    report.warning(
      at,
      "title-too-long",
      `The title has ${text.length} characters; the specification allows 256.`,
      "Move the details into the description.",
    );
  } else if (text.length > 120) {
    report.info(
      at,
      "title-long",
      `The title has ${text.length} characters.`,
      "Keep it below 120, it is read in lists.",
    );
  }
  if (/^detect(s|ion|ing)?\b/i.test(text)) {
    report.info(
      at,
      "title-starts-with-detects",
      "A title names what is found, without 'Detects'.",
      "Begin with the thing itself.",
    );
  }
  if (text.trimEnd().endsWith("."))
    report.info(at, "title-ends-with-dot", "The title ends with a full stop.", "Leave it out.");
  const lower = text.split(/\s+/).find((word, index) => /^[a-z]+$/.test(word) && (index === 0 || !small.has(word)));
  if (lower !== undefined) {
    report.info(
      at,
      "title-case",
      `'${lower}' is in lower case.`,
      "Titles are in title case: Suspicious Office Child Process.",
    );
  }
};
