import { z } from "zod";
import { answerJson, route, type Route } from "#http";
import { tokenId, tokenSchema, tokenWishSchema } from "./contract.ts";
import type { ChangeDoor } from "./change.ts";
import type { Actor } from "./core/actor.ts";
import { listTokens, type TokensParts } from "./list-tokens.ts";
import { createToken } from "./verbs/create-token.ts";
import { revokeToken } from "./verbs/revoke-token.ts";

export interface TokenRouteParts extends TokensParts {
  readonly change: ChangeDoor;
  /** Call when one was revoked. */
  readonly forgetTokens: () => void;
}

const own = route<Actor>();

/** How programs' tokens are made, listed and revoked. */
export function tokenRoutes(parts: TokenRouteParts): Route<Actor>[] {
  const { change } = parts;
  return [
    own({
      method: "GET",
      path: "/api/tokens",
      id: "list-tokens",
      says: "Lists programs' tokens, newest first, without the tokens themselves; `after` goes on from a page's `next`.",
      admits: { permission: "tokens.read" },
      query: z.object({ after: tokenId.optional(), limit: z.coerce.number().int().min(1).max(500).default(100) }),
      answers: {
        200: { says: "The tokens.", json: z.object({ tokens: z.array(tokenSchema), next: tokenId.optional() }) },
      },
      handle: async ({ query }) => answerJson(await listTokens(parts, query)),
    }),
    own({
      method: "POST",
      path: "/api/tokens",
      id: "create-token",
      says: "Makes a token for a source of events or, with a role, for a program; this answer alone has its text.",
      admits: { permission: "tokens.manage" },
      body: tokenWishSchema,
      answers: { 201: { says: "Made.", json: z.object({ id: tokenId, token: z.string() }) } },
      async handle(asked) {
        const { note, lifetime, ...grant } = asked.body;
        const { id, token } = await change(
          asked.caller,
          "tokens.manage",
          (one) => createToken(one, { grant, note, lifetime }),
          asked,
        );
        return answerJson({ id, token: token.reveal() }, 201);
      },
    }),
    own({
      method: "DELETE",
      path: "/api/tokens/{id}",
      id: "revoke-token",
      says: "Revokes a token.",
      admits: { permission: "tokens.manage" },
      params: z.object({ id: tokenId }),
      answers: { 204: { says: "Revoked." } },
      async handle(asked) {
        await change(asked.caller, "tokens.manage", (one) => revokeToken(one, asked.params.id), asked);
        parts.forgetTokens();
        return new Response(null, { status: 204 });
      },
    }),
  ];
}
