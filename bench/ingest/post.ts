import { type Agent, request } from "node:http";

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: number;
}

/** A request over a connection that is kept; as few steps as Node allows, since the sender's work is not what is measured. */
export function ask(
  url: string,
  {
    method = "GET",
    token,
    body,
    agent,
    type = "application/x-ndjson",
  }: {
    readonly method?: string;
    readonly token: string;
    readonly body?: Buffer;
    readonly agent: Agent;
    readonly type?: string;
  },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method,
        agent,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body && { "content-type": type, "content-length": body.length }),
        },
      },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (part: string) => (text += part));
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            body: text,
            retryAfter: Number(answer.headers["retry-after"] ?? 0),
          }),
        );
        answer.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
