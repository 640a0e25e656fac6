/** Tactics of ATT&CK for Enterprise as tags spell them, in the order of an intrusion; `stealth` and `defense-impairment` took the place of `defense-evasion`. */
export const enterpriseTactics: readonly string[] = [
  "reconnaissance",
  "resource-development",
  "initial-access",
  "execution",
  "persistence",
  "privilege-escalation",
  "stealth",
  "defense-evasion",
  "defense-impairment",
  "credential-access",
  "discovery",
  "lateral-movement",
  "collection",
  "command-and-control",
  "exfiltration",
  "impact",
];
