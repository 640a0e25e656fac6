/** Text that is HTML already. Only `html` makes it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Holdable = Html | string | number | undefined | false | readonly Holdable[];

/** Builds HTML; what is put in is escaped unless it is Html itself. `undefined` and `false` leave nothing. */
export function html(parts: TemplateStringsArray, ...held: readonly Holdable[]): Html {
  return new Html(parts.reduce((text, part, index) => text + spell(held[index - 1]) + part));
}

function spell(held: Holdable): string {
  if (held === undefined || held === false) return "";
  if (held instanceof Html) return held.text;
  if (typeof held === "object") return held.map(spell).join("");
  return String(held).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
