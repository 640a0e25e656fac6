export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 429 | 503;

/** A room's refusals in one table: code → status and the sentence that a person reads. */
export type RefusalTable = Readonly<Record<string, { readonly status: RefusalStatus; readonly says: string }>>;

/**
 * A "no" that was expected. Thrown to leave a verb; answered by the HTTP door as a problem and by the terminal as one
 * line. Callers look at `code`, never at the message.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** `room/code`, stable for ever: `access/link-used`. */
  readonly code: string;
  readonly status: RefusalStatus;
  /** What the sentence was filled with; safe to show. */
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: string, status: RefusalStatus, says: string, details: Readonly<Record<string, string | number>>) {
    super(says);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/**
 * Gives a room its `refuse`. `{name}` in a sentence is filled from the details.
 *
 *     const refuse = refusals("access", { "link-used": { status: 410, says: "This link was used already." } });
 *     throw refuse("link-used");
 */
export function refusals<Table extends RefusalTable>(
  room: string,
  table: Table,
): (code: keyof Table & string, details?: Readonly<Record<string, string | number>>, cause?: unknown) => Refusal {
  return (code, details = {}, cause = undefined) => {
    const entry = table[code];
    if (!entry) throw new RangeError(`room ${room} has no refusal ${code}`);
    const says = entry.says.replace(/\{([a-z][A-Za-z]*)\}/g, (hole, name: string) => String(details[name] ?? hole));
    const refusal = new Refusal(`${room}/${code}`, entry.status, says, details);
    if (cause !== undefined) refusal.cause = cause;
    return refusal;
  };
}
