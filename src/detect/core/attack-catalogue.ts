import type { AttackCatalogue } from "./attack-coverage.ts";

interface StixObject {
  readonly type?: string;
  readonly id?: string;
  readonly name?: string;
  readonly revoked?: boolean;
  readonly x_mitre_deprecated?: boolean;
  readonly x_mitre_shortname?: string;
  readonly tactic_refs?: readonly string[];
  readonly external_references?: readonly { readonly source_name?: string; readonly external_id?: string }[];
  readonly kill_chain_phases?: readonly { readonly kill_chain_name?: string; readonly phase_name?: string }[];
}

/**
 * Reads ATT&CK's own STIX 2.1 bundle (`enterprise-attack.json`). Throws a SyntaxError or TypeError that says what is
 * wrong with it. Revoked and deprecated techniques are left out.
 */
export function readAttackCatalogue(text: string): AttackCatalogue {
  const bundle = JSON.parse(text) as { readonly type?: string; readonly objects?: readonly StixObject[] };
  if (bundle?.type !== "bundle" || !Array.isArray(bundle.objects)) {
    throw new TypeError("it is not a STIX bundle: there is no list named objects");
  }
  const objects: readonly StixObject[] = bundle.objects;
  const techniques = objects.flatMap((object) => {
    if (object.type !== "attack-pattern" || object.revoked || object.x_mitre_deprecated) return [];
    const id = object.external_references?.find((one) => one.source_name === "mitre-attack")?.external_id;
    const tactics = object.kill_chain_phases?.flatMap((phase) =>
      phase.kill_chain_name === "mitre-attack" && phase.phase_name !== undefined ? [phase.phase_name] : [],
    );
    return id === undefined ? [] : [{ id, name: object.name ?? id, tactics: tactics ?? [] }];
  });
  if (techniques.length === 0) throw new TypeError("it holds no ATT&CK technique");
  const shortNames = new Map(
    objects.flatMap((object) =>
      object.type === "x-mitre-tactic" && object.id !== undefined && object.x_mitre_shortname !== undefined
        ? [[object.id, object.x_mitre_shortname] as const]
        : [],
    ),
  );
  const matrix = objects.find((object) => object.type === "x-mitre-matrix" && object.tactic_refs);
  const tactics = matrix?.tactic_refs?.flatMap((ref) => shortNames.get(ref) ?? []) ?? [...shortNames.values()];
  return { techniques, tactics };
}
