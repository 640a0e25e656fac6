import type { Worked } from "../spine/commit.ts";
import type { SignIn } from "./sign-in.ts";

/** Sign-ins that lanes told, with the source that each came from, in their order. */
export function signInsOf(worked: readonly Worked[]): (SignIn & { readonly source: string; readonly site: string })[] {
  return worked.flatMap(({ deliveries, answers }) => {
    const told = answers.flatMap((answer) => answer.deliveries);
    return deliveries.flatMap(({ source, site }, at) =>
      (told[at]?.signIns ?? []).map((one) => ({ ...one, source, site })),
    );
  });
}
