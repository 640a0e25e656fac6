import assert from "node:assert/strict";
import { test } from "node:test";
import { checkDocuments } from "./check-documents.ts";

const rest: [string, string][] = [
  ["package.json", '{ "scripts": { "start": "x", "check": "y" } }'],
  [
    "src/cli/main.ts",
    'const verbs: Record<string, { load: () => T }> = {\n  scan: { a: 1 },\n  "sign-in-link": {},\n};\n',
  ],
  ["docs/run.md", "# Run it for real\n\n## Settings, all of them\n"],
];

function complaintsOf(text: string): string[] {
  return checkDocuments(new Map([...rest, ["README.md", text]])).map(({ file, says }) => `${file}: ${says}`);
}

test("links that lead somewhere and commands that exist are let be", () => {
  const text =
    "[run](docs/run.md#settings-all-of-them) [docs](docs/) [web](https://example.org/x) ![look](docs/look.png)\n```sh\nnpm start\nnpm run check\n./meridian scan --rules x\n./meridian sign-in-link\n[not](a-link.md)\n```\n";
  assert.deepEqual(complaintsOf(text), []);
});

for (const [what, text, says] of [
  ["a link to nothing", "\n[x](docs/gone.md)", /README\.md:2: links to docs\/gone\.md/],
  ["a link to a heading that is not there", "[x](docs/run.md#nope)", /no such heading/],
  ["a reference link to nothing", "[x]: ./gone.md", /not there/],
  ["a script that npm does not have", "`npm run deploy`", /npm has no script "deploy"/],
  ["a test script that package.json lacks", "npm test", /no script "test"/],
  ["a verb that the program does not have", "`./meridian fly`", /\.\/meridian has no verb "fly"/],
  ["a script file that is not there", "node scripts/gone.ts", /runs scripts\/gone\.ts/],
] as const)
  test(`the documents' check sees ${what}`, () => {
    const complaints = complaintsOf(text);
    assert.ok(
      complaints.some((complaint) => says.test(complaint)),
      complaints.join("\n") || "no complaint",
    );
  });
