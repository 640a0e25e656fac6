/** Answers that handlers return. None is cached unless the handler says so: they are about now, and about one caller. */

export function answerJson(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(`${JSON.stringify(value)}\n`, {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

export function answerPage(html: string, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8", ...headers } });
}

export function answerText(text: string, type: string, headers: Record<string, string> = {}): Response {
  return new Response(text, { headers: { "content-type": type, ...headers } });
}

export function answerBytes(bytes: Uint8Array, type: string, headers: Record<string, string> = {}): Response {
  // A view on bytes that are never shared with other threads, which the type does not know.
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { "content-type": type, ...headers } });
}

/** 303: the browser goes on with GET, so that reloading does not send the form again. `path` is one of ours. */
export function answerRedirect(path: string, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 303, headers: { location: path, ...headers } });
}
