import type { Json, JsonObject } from "#sigma";
import { isObject } from "./wrapping.ts";

/**
 * How much larger than the delivery its events may become by what each of them carries of it. Beyond it, which no exporter
 * comes near, a delivery stays whole: nobody can make much of little by it.
 */
const growthAtMost = 16;

interface DeliveryForm {
  /** The list of events, when the body is such a delivery. */
  list(body: JsonObject): Json | undefined;
  /** One event, with what the delivery says of all of them. */
  one(event: JsonObject, body: JsonObject): JsonObject;
  /** What `one` adds to every event, for its size. */
  carried(body: JsonObject): JsonObject;
  /** A delivery of one event is the record that `one` would make, so that it keeps its bytes. */
  readonly isOneAsItIs: boolean;
}

const without = (body: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name !== key));

const forms: readonly DeliveryForm[] = [
  // Redfish (DSP0266, "Event message"): Context says whose subscription it is, which is how an event names its server.
  {
    list: ({ Events: events, "@odata.type": type }) => {
      if (!Array.isArray(events)) return undefined;
      const [first] = events as readonly Json[];
      const isRedfish = (isObject(first) && first["MessageId"] !== undefined) || String(type).startsWith("#Event.");
      return isRedfish ? events : undefined;
    },
    one: (event, body) => ({ ...body, Events: [event] }),
    carried: (body) => without(body, "Events"),
    isOneAsItIs: true,
  },
  // Okta's event hooks: entries of the system log.
  {
    list: ({ eventType, data }) => (eventType === "com.okta.event_hook" && isObject(data) ? data["events"] : undefined),
    one: (event, body) => ({ eventHook: without(body, "data"), ...event }),
    carried: (body) => without(body, "data"),
    isOneAsItIs: false,
  },
  // Pages of an OData service such as Microsoft Graph, one a line; what lies beside the list is about paging.
  {
    list: (body) => (typeof body["@odata.context"] === "string" ? body["value"] : undefined),
    one: (event) => event,
    carried: () => ({}),
    isOneAsItIs: false,
  },
];

/**
 * The events that one record delivers, in their order, each as a record that delivers it alone; null: an element that is
 * no object, so no event. Undefined: the record is an event itself. `length`: of its text, in bytes.
 */
export function deliveredEvents(body: JsonObject, length: number): readonly (JsonObject | null)[] | undefined {
  for (const form of forms) {
    const list = form.list(body);
    if (!Array.isArray(list)) continue;
    const events = list as readonly Json[];
    if (!isObject(events[0]) || (events.length === 1 && form.isOneAsItIs)) return undefined;
    if (events.length * JSON.stringify(form.carried(body)).length > growthAtMost * length) return undefined;
    return events.map((event) => (isObject(event) ? form.one(event, body) : null));
  }
  return undefined;
}
