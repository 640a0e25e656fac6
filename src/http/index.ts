/** The HTTP door: what a route is, and everything that happens to a request before and after its route. */
export type { Admission, AnswerSpec, Asked, BytesRouteSpec, Caller, Method, Route, RouteSpec } from "./contract.ts";
export { answerBytes, answerJson, answerPage, answerRedirect, answerText } from "./answer.ts";
export type { ByteBody } from "./byte-body.ts";
export { type App, type AppOptions, createApp } from "./create-app.ts";
export { type HttpServer, listen, type ListenOptions } from "./listen.ts";
export { describeApi } from "./describe-api.ts";
export { type Problem, problemSchema } from "./problem.ts";
export { readCookie, spellCookie } from "./cookie.ts";
export { type Rate, RateLimit, type RateLimitOptions } from "./rate-limit.ts";
export { route } from "./route.ts";
