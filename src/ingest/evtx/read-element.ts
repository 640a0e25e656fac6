import type { Budget } from "./budget.ts";
import type { ChunkBytes } from "./chunk-bytes.ts";
import { Damage } from "./damage.ts";
import { type Attribute, type Element, Slot } from "./element.ts";
import { moreFlag, token } from "./token.ts";

/**
 * Whether element starts carry a 16-bit dependency identifier: inside template definitions they do, in fragments that
 * lie in a record or in a value they usually don't. Sources differ, so the other form is taken when only it makes sense.
 */
export type Dependency = "with-dependency" | "without-dependency";

export interface ReadElement {
  readonly element: Element;
  /** Where the bytes after it begin. */
  readonly next: number;
}

/** Reads one element and all within it. Element and attribute sizes are not believed: tokens say where things end. */
export function readElement(
  bytes: ChunkBytes,
  budget: Budget,
  at: number,
  end: number,
  dependency: Dependency,
): ReadElement {
  let position = at;
  return { element: element(0), next: position };

  function element(depth: number): Element {
    budget.node(position);
    if (depth > budget.limits.depth)
      throw new Damage("too-deep", position, `elements nest deeper than ${budget.limits.depth}`);
    const hasAttributes = (take(1) & moreFlag) !== 0;
    skip(startsWithDependency() ? 6 : 4);
    const name = takeName();
    if (hasAttributes) skip(4);
    const attributes: Attribute[] = [];
    while ((peek() & ~moreFlag) === token.attribute) attributes.push(attribute());
    const close = take(1);
    if (close === token.closeEmpty) return { name, attributes, parts: [], slots: [] };
    if (close !== token.closeStart) throw unexpected(close, "the end of a start tag");
    const parts = content(depth);
    return { name, attributes, parts, slots: parts.filter((part) => part instanceof Slot) };
  }

  function startsWithDependency(): boolean {
    const having = isElementStart(bytes, position + 2, end);
    const lacking = isElementStart(bytes, position, end);
    return having === lacking ? dependency === "with-dependency" : having;
  }

  function attribute(): Attribute {
    budget.node(position);
    skip(1);
    const name = takeName();
    const parts: (string | Slot)[] = [];
    for (let part = data(); part !== undefined; part = data()) append(parts, part);
    return { name, parts };
  }

  function content(depth: number): Element["parts"] {
    const parts: (string | Slot | Element)[] = [];
    for (;;) {
      const kind = peek() & ~moreFlag;
      if (kind === token.openElement) {
        parts.push(element(depth + 1));
      } else if (kind === token.endElement) {
        skip(1);
        return parts;
      } else if (kind === token.instructionTarget || kind === token.instructionData) {
        budget.node(position);
        position = afterInstruction(bytes, position, end);
      } else {
        const part = data();
        if (part === undefined) throw unexpected(peek(), "an element's content");
        append(parts, part);
      }
    }
  }

  /** Text, a reference or a substitution; nothing when the next token is of another sort. */
  function data(): string | Slot | undefined {
    const start = position;
    budget.node(start);
    switch (peek() & ~moreFlag) {
      case token.value: {
        if (bytes.u8(start + 1) !== 1) throw unexpected(bytes.u8(start + 1), "the type of literal text");
        skip(2);
        return counted();
      }
      case token.cdata:
        skip(1);
        return counted();
      case token.characterReference:
        skip(3);
        return String.fromCharCode(bytes.u16(start + 1));
      case token.entityReference:
        skip(1);
        return entity(takeName());
      case token.substitution:
      case token.optionalSubstitution:
        skip(4);
        return new Slot(bytes.u16(start + 1));
      default:
        return undefined;
    }
  }

  function counted(): string {
    const units = bytes.u16(position);
    const from = position + 2;
    skip(2 + units * 2);
    budget.text(units, from);
    return bytes.utf16(from, units);
  }

  /** A name lies right here the first time it is used, and is pointed at later. */
  function takeName(): string {
    const from = take(4);
    if (from === position) skip(bytes.afterName(from) - from);
    const name = bytes.name(from);
    budget.text(name.length, from);
    return name;
  }

  function peek(): number {
    bytes.need(position, 1, end);
    return bytes.u8(position);
  }

  function take(size: 1 | 4): number {
    const from = position;
    skip(size);
    return size === 1 ? bytes.u8(from) : bytes.u32(from);
  }

  function skip(size: number): void {
    bytes.need(position, size, end);
    position += size;
  }

  function unexpected(found: number, place: string): Damage {
    return new Damage("bad-binxml", position, `byte 0x${found.toString(16)} cannot stand in ${place}`);
  }
}

/** Whether an element's size and the place of its name make sense at `at`: names lie right after, or earlier. */
function isElementStart(bytes: ChunkBytes, at: number, end: number): boolean {
  if (at + 8 > end) return false;
  const name = bytes.u32(at + 4);
  return bytes.u32(at) <= end - at - 4 && (name === at + 8 || name < at);
}

/** Where the bytes go on after a processing instruction's target or data; what it says is of no use to anybody. */
export function afterInstruction(bytes: ChunkBytes, at: number, end: number): number {
  let next: number;
  if (bytes.u8(at) === token.instructionTarget) {
    next = at + 5;
    if (bytes.u32(at + 1) === next) next = bytes.afterName(next);
  } else {
    next = at + 3 + bytes.u16(at + 1) * 2;
  }
  bytes.need(at, next - at, end);
  return next;
}

function append(parts: (string | Slot | Element)[], part: string | Slot): void {
  const last = parts.at(-1);
  if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part;
  else parts.push(part);
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function entity(name: string): string {
  return Object.hasOwn(entities, name) ? entities[name]! : `&${name};`;
}
