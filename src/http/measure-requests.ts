import type { Metrics } from "#telemetry";

/** OpenTelemetry's HTTP server metrics: names, labels and bucket bounds are those of its semantic conventions. */
export function measureRequests(metrics: Metrics) {
  const duration = metrics.histogram({
    name: "http.server.request.duration",
    unit: "s",
    says: "How long requests took.",
    bounds: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  });
  const active = metrics.gauge({ name: "http.server.active_requests", unit: "{request}", says: "Requests in flight." });
  return {
    /** Call with the request's method; call what it gives back once the answer is known. */
    begin(method: string, scheme: string) {
      const about = { "http.request.method": known.has(method) ? method : "_OTHER", "url.scheme": scheme };
      active.add(1, about);
      return (seconds: number, status: number, route: string | undefined): void => {
        active.add(-1, about);
        duration.record(seconds, {
          ...about,
          "http.response.status_code": status,
          ...(route === undefined ? {} : { "http.route": route }),
          ...(status >= 500 ? { "error.type": status } : {}),
        });
      };
    },
  };
}

const known = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);
