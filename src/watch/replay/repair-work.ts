import type { ReplayWork } from "./replay-desk.ts";
import { ReplayReport } from "./replay-report.ts";
import { repairCorrelations, repairDetections, type RepairParts } from "./repair.ts";

/** A repair as the desk runs it: what was found and kept, new or not, is told as any replay's result. */
export function repairWork(parts: RepairParts & { readonly monotonic: () => number }): ReplayWork {
  const { lake, monotonic, generation } = parts;
  return async function* (wish, signal) {
    const began = monotonic();
    const span = { from: wish.from, to: wish.to };
    const kinds = await lake.kinds(span, signal);
    const events = kinds.reduce((sum, one) => sum + one.events, 0);
    const { byId } = generation();
    const subject = byId.get(wish.rule);
    const report = new ReplayReport(subject ? [subject] : [], span, wish.samples);
    const count = (drafts: Parameters<typeof parts.raise>[0]): void => {
      for (const { rule, muted, ...draft } of drafts) {
        const facts = byId.get(rule);
        if (facts) report.add({ ...draft, rule: facts, excepted: muted === "excepted" ? [""] : [] });
      }
    };
    yield { share: 0, looked: 0, found: 0 };
    let looked = 0;
    for await (const step of repairDetections(parts, wish.setup, span, signal)) {
      looked += step.looked;
      count(step.drafts);
      yield { share: Math.min(0.99, looked / Math.max(1, events)), looked, found: report.found };
    }
    count(await repairCorrelations(parts, new Set([wish.rule]), span, signal));
    report.looked = looked;
    return report.result({
      events,
      first: Math.min(span.to, ...kinds.map(({ first }) => first)),
      candidates: looked,
      stripes: 1,
      covered: span,
      share: 1,
      milliseconds: monotonic() - began,
      cpu: 0,
      granules: 0,
      unknownKinds: [],
    });
  };
}
