import { z } from "zod";
import type { Caller, Route } from "./contract.ts";
import { problemSchema } from "./problem.ts";

/** OpenAPI 3.1 for a list of routes: a plain object, keys in a stable order. Schemas are those that the server checks with. */
export function describeApi(routes: readonly Route<Caller>[], about: { readonly version: string }): object {
  const described = routes
    .filter(({ page }) => !page)
    .toSorted((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
  const paths: Record<string, Record<string, object>> = {};
  for (const route of described) {
    const operations = (paths[route.path] ??= {});
    operations[route.method.toLowerCase()] = describeRoute(route);
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Meridian",
      version: about.version,
      summary: "The security desk for a fleet that stands in other people's buildings.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema, "output") },
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "meridian_session" },
        token: { type: "http", scheme: "bearer" },
      },
    },
  };
}

function describeRoute(route: Route<Caller>): object {
  const parameters = [...parametersOf("path", route.params), ...parametersOf("query", route.query)];
  const answers = Object.entries(route.answers).map(([status, { says, json, type }]) => {
    const content = json
      ? { "application/json": { schema: schemaOf(json, "output") } }
      : type
        ? Object.fromEntries([type].flat().map((one) => [one, { schema: { type: "string" } }]))
        : undefined;
    return [status, { description: says, ...(content ? { content } : {}) }];
  });
  const problem = {
    description: "A problem (RFC 9457).",
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
  return {
    operationId: route.id,
    summary: route.says,
    ...("permission" in route.admits
      ? { security: [{ session: [] }, { token: [] }], "x-permission": route.admits.permission }
      : { security: [], "x-public": route.admits.public }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...bodyOf(route),
    responses: { ...Object.fromEntries(answers), default: problem },
  };
}

function bodyOf({ body, bodyType, accepts = ["application/octet-stream"] }: Route<Caller>): object {
  if (bodyType === "bytes")
    return { requestBody: { required: true, content: Object.fromEntries(accepts.map((type) => [type, {}])) } };
  const type = bodyType === "form" ? "application/x-www-form-urlencoded" : "application/json";
  return body ? { requestBody: { required: true, content: { [type]: { schema: schemaOf(body, "input") } } } } : {};
}

function parametersOf(place: "path" | "query", schema: z.ZodType | undefined): object[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, "input") as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, shape]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: shape,
  }));
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io });
  return rest;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
