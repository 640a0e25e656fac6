import { type Aggregate, type FieldTest, type Pipe, type Query, type Term } from "./ast.ts";
import { spellGlob } from "./glob.ts";

/** A search as text: `parseQuery` reads the same search from it. */
export function printQuery(query: Query): string {
  const head = query.in === "findings" ? ["in:findings"] : [];
  if (query.where.is !== "all") head.push(printTerm(query.where, query.in === "findings" ? "and" : "or"));
  return [head.join(" "), ...query.pipes.map((pipe) => `| ${printPipe(pipe)}`)].filter((part) => part !== "").join(" ");
}

/** `within`: what stands around it; in parentheses where that would bind stronger. */
function printTerm(term: Term, within: "or" | "and" | "not"): string {
  switch (term.is) {
    case "all":
      return '""';
    case "text":
      return quoted(spellGlob(term.glob));
    case "field":
      return `${printField(term.field)}${printTest(term.test)}`;
    case "not":
      return `not ${printTerm(term.of, "not")}`;
    case "and": {
      const text = term.of.map((part) => printTerm(part, "and")).join(" ");
      return within === "not" ? `(${text})` : text;
    }
    case "or": {
      const text = term.of.map((part) => printTerm(part, "or")).join(" or ");
      return within === "or" ? text : `(${text})`;
    }
  }
}

function printTest(test: FieldTest): string {
  switch (test.is) {
    case "words":
      return `:${quoted(spellGlob(test.glob))}`;
    case "equals":
      return `=${quoted(spellGlob(test.glob))}`;
    case "compare":
      return `${test.by}${quoted(spellGlob([test.value]))}`;
    case "range":
      return `:[${test.from} TO ${test.to}]`;
    case "regex":
      return `:/${test.source.replaceAll("/", "\\/")}/`;
  }
}

/** Bare where nothing else could be read from it. */
function printField(name: string): string {
  if (/^[A-Za-z_][\w.-]+$/.test(name) && !/^(?:and|or|not|in|by|as|asc|desc)$/i.test(name)) return name;
  return `@"${name.replace(/["\\]/g, "\\$&")}"`;
}

function printColumn(name: string): string {
  return /^[a-z]\w*\([A-Za-z_][\w.-]*\)$/i.test(name) ? name : printField(name);
}

function quoted(text: string): string {
  return `"${text}"`;
}

function printPipe(pipe: Pipe): string {
  const names = (fields: readonly { readonly name: string }[]) =>
    fields.map(({ name }) => printColumn(name)).join(", ");
  switch (pipe.is) {
    case "stats":
      return `stats ${pipe.make.map(printAggregate).join(", ")}${pipe.by.length > 0 ? ` by ${names(pipe.by)}` : ""}`;
    case "timechart": {
      const span = pipe.span === undefined ? "" : `${pipe.span}ms `;
      return `timechart ${span}${pipe.make.map(printAggregate).join(", ")}${pipe.by ? ` by ${printColumn(pipe.by.name)}` : ""}`;
    }
    case "top":
    case "rare":
      return `${pipe.is} ${pipe.most} ${names(pipe.of)}`;
    case "fields":
    case "dedup":
      return `${pipe.is} ${names(pipe.of)}`;
    case "sort":
      return `sort ${pipe.by.map(({ field, down }) => `${down ? "-" : ""}${printColumn(field.name)}`).join(", ")}`;
    case "head":
      return `head ${pipe.most}`;
    case "where":
      return `where ${printTerm(pipe.where, "or")}`;
  }
}

function printAggregate({ does, of, as }: Aggregate): string {
  return `${does}${of ? `(${printColumn(of.name)})` : ""}${as === undefined ? "" : ` as ${printColumn(as)}`}`;
}
