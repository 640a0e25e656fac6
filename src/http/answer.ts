/** An answer whose whole body is known, so that the server need not pull it out of a stream again. */
export class WholeAnswer extends Response {
  readonly whole: string | Uint8Array;

  constructor(whole: string | Uint8Array, init: ResponseInit) {
    // A view on bytes that are never shared with other threads, which the type does not know.
    super(whole as string | Uint8Array<ArrayBuffer>, init);
    this.whole = whole;
  }
}

/** Answers that handlers return. None is cached unless the handler says so: they are about now, and about one caller. */

export function answerJson(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  const text = `${JSON.stringify(value)}\n`;
  return new WholeAnswer(text, { status, headers: { "content-type": "application/json", ...headers } });
}

export function answerPage(html: string, status = 200, headers: Record<string, string> = {}): Response {
  return new WholeAnswer(html, { status, headers: { "content-type": "text/html; charset=utf-8", ...headers } });
}

export function answerText(text: string, type: string, headers: Record<string, string> = {}): Response {
  return new WholeAnswer(text, { headers: { "content-type": type, ...headers } });
}

export function answerBytes(bytes: Uint8Array, type: string, headers: Record<string, string> = {}): Response {
  return new WholeAnswer(bytes, { headers: { "content-type": type, ...headers } });
}

/** 303: the browser goes on with GET, so that reloading does not send the form again. `path` is one of ours. */
export function answerRedirect(path: string, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 303, headers: { location: path, ...headers } });
}
