import type { KnownLogSource, RulePipeline } from "#sigma";
import type { CaseTree, Key } from "./case-tree.ts";
import { certainTexts } from "./certain-texts.ts";
import type { IngestKind, Path } from "./ingest-kind.ts";
import { layoutOf } from "./layout-of.ts";
import type { RecognisableShape, ShapeTest } from "./shape-test.ts";
import type { CaseDefinition, ShapeDefinition, SourceDefinition } from "./source-definition.ts";
import { TextMemo } from "./text-memo.ts";
import { unfolding } from "./unfold.ts";

/** Makes every kind that a source's definition names, once. Throws on names that lead nowhere: content is ours. */
export function shapesOf(
  definition: SourceDefinition,
  pipelines: ReadonlyMap<string, RulePipeline>,
): RecognisableShape[] {
  return definition.shapes.map((shape) => ({
    formats: shape.formats && new Set(shape.formats),
    tests: testsOf(shape),
    tree: treeOf(atRoot(definition, shape), shape, definition.source, nothingKnown, pipelines),
  }));
}

/** What the shape says of its records goes before what the source says of all. */
function atRoot(definition: SourceDefinition, shape: ShapeDefinition): CaseDefinition {
  const { product, category, service } = shape;
  return { ...definition, ...(product && { product }), ...(category && { category }), ...(service && { service }) };
}

/** Everything a case hands down to the cases below it. */
interface Known {
  readonly logsource: KnownLogSource;
  readonly pipelines: readonly string[];
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  readonly spaces: boolean;
  readonly unfold: string | undefined;
}
const nothingKnown: Known = { logsource: {}, pipelines: [], aliases: {}, spaces: false, unfold: undefined };

function treeOf(
  definition: CaseDefinition,
  shape: ShapeDefinition,
  name: string,
  inherited: Known,
  pipelines: ReadonlyMap<string, RulePipeline>,
): CaseTree {
  const known = refine(inherited, definition);
  const by = (definition.by === undefined ? [] : (shape.keys[definition.by] ?? [])).map(({ path, capture }): Key => ({
    path,
    capture: capture === undefined ? undefined : new RegExp(capture),
  }));
  const cases = new Map<string, CaseTree>();
  for (const [values, below] of Object.entries(definition.cases ?? {})) {
    const spellings = values.split(" | ");
    const tree = treeOf(below, shape, `${name}/${segment(spellings[0] ?? values, below)}`, known, pipelines);
    for (const spelling of spellings) cases.set(spelling, tree).set(spelling.toLowerCase(), tree);
  }
  const numbers = [...cases]
    .filter(([text]) => String(Number(text)) === text)
    .map(([text, tree]) => [Number(text), tree] as const);
  return {
    kind: kindOf(shape, name, known, pipelines),
    by: cases.size > 0 ? by : [],
    cases: new TextMemo((text) => cases.get(text) ?? cases.get(text.toLowerCase())),
    numbers: new Map(numbers),
    below: [...new Set(cases.values())],
  };
}

function refine(inherited: Known, here: CaseDefinition): Known {
  const { product, category, service } = here;
  return {
    logsource: {
      ...inherited.logsource,
      ...(product && { product }),
      ...(category && { category }),
      ...(service && { service }),
    },
    pipelines: [...inherited.pipelines, ...(here.pipelines ?? [])],
    aliases: { ...inherited.aliases, ...here.aliases },
    spaces: here.spaces ?? inherited.spaces,
    unfold: here.unfold ?? inherited.unfold,
  };
}

function kindOf(
  shape: ShapeDefinition,
  name: string,
  known: Known,
  pipelines: ReadonlyMap<string, RulePipeline>,
): IngestKind {
  const unfold = [shape.unfold, known.unfold].filter((one) => one !== undefined).map(unfolding);
  return {
    key: `${name} (${shape.name})`,
    source: name.split("/", 1)[0] ?? name,
    shape: shape.name,
    logsource: known.logsource,
    layout: layoutOf(shape, known),
    pipelines: [...known.pipelines, ...shape.pipelines].map((wanted) => {
      const pipeline = pipelines.get(wanted);
      if (!pipeline) throw new Error(`source ${name}: no pipeline named "${wanted}" in content/pipelines`);
      return pipeline;
    }),
    timePaths: shape.time,
    hostPaths: shape.host,
    userPaths: shape.user,
    ...(unfold.length > 0 && { unfold: (body) => unfold.reduce((open, step) => step(open), body) }),
  };
}

/** How a case reads in a kind's key: its own name, else its only service, else the value that picks it. */
function segment(value: string, definition: CaseDefinition): string {
  const [service, ...more] = definition.service ?? [];
  return definition.name ?? (service !== undefined && more.length === 0 ? service : value.toLowerCase());
}

function testsOf(shape: ShapeDefinition): ShapeTest[] {
  const worded = (op: "starts" | "contains") =>
    Object.entries(shape[op]).map(([at, texts]): ShapeTest => ({
      op,
      path: onePath(at.split(".")),
      texts: texts.map((text) => text.toLowerCase()),
    }));
  const is = Object.entries(shape.is).map(([at, texts]): ShapeTest => ({
    op: "is",
    path: onePath(at.split(".")),
    texts: isOneOf(texts),
  }));
  const looking = [
    ...worded("starts"),
    ...worded("contains"),
    ...Object.entries(shape.matches).map(([at, regex]): ShapeTest => ({
      op: "matches",
      path: onePath(at.split(".")),
      regex: new RegExp(regex),
      certain: certainTexts(regex),
    })),
  ];
  // A test of what a path holds says as well that it holds something.
  const told = new Set([...is, ...looking].map(({ path }) => path));
  const has = shape.has.map(onePath).filter((path) => !told.has(path));
  return [
    ...has.map((path): ShapeTest => ({ op: "has", path })),
    ...is,
    ...shape.lacks.map((path): ShapeTest => ({ op: "lacks", path: onePath(path) })),
    ...looking,
  ];
}

function isOneOf(texts: readonly string[]): TextMemo<boolean> {
  const folded = new Set(texts.map((text) => text.toLowerCase()));
  return new TextMemo((text) => folded.has(text.toLowerCase()));
}

const onlyPaths = new Map<string, Path>();

/** Equal paths become one object, so that whoever has read one knows it again. */
function onePath(path: Path): Path {
  const name = path.join("\0");
  const known = onlyPaths.get(name);
  if (!known) onlyPaths.set(name, path);
  return known ?? path;
}
