import { type Check, scalarAt } from "./subject.ts";

export const checkDates: Check = ({ root, report }) => {
  const date = scalarAt(root, "date");
  const modified = scalarAt(root, "modified");
  for (const one of [date, modified]) {
    if (!one || isDate(one.text)) continue;
    const iso = one.text.replaceAll("/", "-");
    const advice = isDate(iso) ? `Write ${iso}.` : "Write year, month and day: 2024-01-26.";
    report.warning(one.at, "date-form", `'${one.text}' is no ISO 8601 date.`, advice);
  }
  if (date && modified && isDate(date.text) && isDate(modified.text) && modified.text < date.text) {
    report.warning(
      modified.at,
      "modified-before-date",
      "The rule was modified before it was written.",
      "Mend one of the two dates.",
    );
  }
};

/** A day that the calendar has, as `YYYY-MM-DD`. */
function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}
