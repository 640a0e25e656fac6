import type { PermissionTable } from "#access";

/** What this room's verbs demand. */
export const permissions = {
  "alerts.read": { says: "See alerts with their findings and events.", roles: ["owner", "responder", "reader"] },
  "alerts.handle": { says: "Acknowledge, assign, close and reopen alerts.", roles: ["owner", "responder"] },
  "alerts.raise": { says: "Raise alerts from findings.", roles: [] },
  "rules.read": { says: "See rules, rule sets, exceptions and suppressions.", roles: ["owner", "responder", "reader"] },
  "rules.manage": { says: "Switch rules and rule sets on and off, and load them anew.", roles: ["owner", "responder"] },
  "rule-sets.manage": { says: "Add rule sets from elsewhere, and remove them.", roles: ["owner"], peopleOnly: true },
  "exceptions.manage": { says: "Make and end exceptions and suppressions.", roles: ["owner", "responder"] },
  "indicators.read": {
    says: "See lists of indicators, and ask them for a value.",
    roles: ["owner", "responder", "reader"],
  },
  "indicators.manage": { says: "Make, fill, change and remove lists of indicators.", roles: ["owner", "responder"] },
  "indicators.hunt": { says: "Look through all history for a list's indicators.", roles: ["owner", "responder"] },
  "indicators.forget": { says: "Forget indicators whose time is over.", roles: [] },
  "rules.replay": { says: "Try rules on stored events, and see what came of it.", roles: ["owner", "responder"] },
  "rules.repair": {
    says: "Have a rule find again what it missed, and raise its alerts.",
    roles: ["owner", "responder"],
  },
  "replays.keep": { says: "Keep what replays found.", roles: [] },
  "canary.keep": { says: "Keep which rules answer to their examples.", roles: [] },
  "risk.manage": { says: "Say what findings weigh, and how critical an entity is.", roles: ["owner", "responder"] },
  "rule-sets.note": { says: "Keep which rule sets the settings name.", roles: [] },
  "exceptions.count": { says: "Count what exceptions held back, and end those whose time is over.", roles: [] },
} as const satisfies PermissionTable;
