import { z } from "zod";
import type { Secret } from "#kernel";
import type { ChangeDoor } from "./change.ts";
import { tokenId, tokenWishSchema } from "./contract.ts";
import { systemActor } from "./core/actor.ts";
import { listTokens, type TokensParts } from "./list-tokens.ts";
import { type TerminalVerbs, terminalVerb } from "./terminal-socket.ts";
import { createToken } from "./verbs/create-token.ts";
import { revokeToken } from "./verbs/revoke-token.ts";

export interface TerminalVerbParts extends TokensParts {
  readonly change: ChangeDoor;
  readonly ownerLink: () => Promise<Secret>;
  readonly forgetTokens: () => void;
}

const terminal = systemActor("terminal", ["tokens.manage"]);

/** What this room does for who holds the data folder. `linkTo` makes an address of a link's token. */
export function accessTerminalVerbs(parts: TerminalVerbParts, linkTo: (token: Secret) => Secret): TerminalVerbs {
  const { change } = parts;
  return {
    "sign-in-link": terminalVerb(z.undefined(), async () => linkTo(await parts.ownerLink()).reveal()),
    "token.create": terminalVerb(tokenWishSchema, async ({ note, lifetime, ...grant }) => {
      const { id, token } = await change(terminal, "tokens.manage", (one) =>
        createToken(one, { grant, note, lifetime }),
      );
      return { id, token: token.reveal() };
    }),
    "token.list": terminalVerb(
      z.object({ after: tokenId.optional(), limit: z.int().min(1).max(500).default(100) }),
      (page) => listTokens(parts, page),
    ),
    "token.revoke": terminalVerb(z.object({ id: tokenId }), async ({ id }) => {
      await change(terminal, "tokens.manage", (one) => revokeToken(one, id));
      parts.forgetTokens();
    }),
  };
}
