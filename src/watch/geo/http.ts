import { z } from "zod";
import type { Actor } from "#access";
import { answerJson, route, type Route } from "#http";
import { instant } from "../contract.ts";
import type { WatchParts } from "../http.ts";

const own = route<Actor>();

export const geoSchema = z.object({
  country: z.string().optional().describe("ISO 3166-1, two capital letters."),
  city: z.string().optional(),
  asn: z.int().optional(),
  organization: z.string().optional().describe("Whose network it is."),
  latitude: z.number().optional(),
  longitude: z.number().optional(),
  radius: z.number().optional().describe("Kilometres around it within which it is."),
});

export function geoRoutes({ geo }: WatchParts): Route<Actor>[] {
  return [
    own({
      method: "POST",
      path: "/api/geo",
      id: "look-up-addresses",
      says: "Tells country, city and network of addresses, as far as the files say that settings name.",
      admits: { permission: "alerts.read" },
      body: z.object({ addresses: z.array(z.string().max(100)).max(1_000) }),
      answers: {
        200: {
          says: "By address; those that nothing is known of are left out.",
          json: z.object({
            addresses: z.record(z.string(), geoSchema),
            files: z
              .array(z.object({ type: z.string(), builtAt: instant }))
              .describe("None: no file is named, or read."),
          }),
        },
      },
      handle({ body }) {
        const told = [...new Set(body.addresses)].map((address) => [address, geo.look(address)] as const);
        const addresses = Object.fromEntries(told.filter(([, facts]) => Object.keys(facts).length > 0));
        return answerJson({ addresses, files: geo.files });
      },
    }),
  ];
}
