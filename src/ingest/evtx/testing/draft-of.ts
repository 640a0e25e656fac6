import type { Json, JsonObject } from "#sigma";
import type { ElementDraft, Instance, PartDraft, ValueDraft } from "./bin-xml-writer.ts";
import { guidOf } from "./sample-events.ts";
import { write } from "./values.ts";

/** An event in evtx_dump's JSON as a template and its values: the way back, for events of which only JSON is at hand. */
export function draftOf(event: JsonObject, number: number): Instance {
  const values: ValueDraft[] = [];
  const slot = (value: Json): PartDraft[] => {
    if (value === null || value === "") return [];
    values.push(
      typeof value === "number"
        ? write.int64(BigInt(value))
        : typeof value === "boolean"
          ? write.truth(value)
          : write.text(String(value)),
    );
    return [{ slot: values.length - 1, type: 1 }];
  };
  const element = (name: string, value: Json, holdsData: boolean): ElementDraft => {
    if (!isObject(value)) {
      return holdsData
        ? { name: "Data", attributes: [["Name", [{ text: name }]]], content: slot(value) }
        : { name, content: slot(value) };
    }
    const { "#attributes": attributes, "#text": text, ...children } = value;
    const inside = name === "EventData" || name === "UserData";
    return {
      name,
      attributes: isObject(attributes) ? Object.entries(attributes).map(([key, of]) => [key, slot(of)] as const) : [],
      content: [
        ...(text === undefined ? [] : slot(text)),
        ...Object.entries(children).map(([key, of]) => element(key, of, inside)),
      ],
    };
  };
  const [[name, value] = ["Event", null]] = Object.entries(event);
  return { template: { guid: guidOf(100 + number), root: element(name, value, false) }, values };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
