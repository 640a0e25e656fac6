import type { z } from "zod";
import { everySchema, type RoleName, roleSchemas, secretSchema } from "./schema.ts";

export interface SettingDescription {
  /** As in code: `requestTimeout`. */
  readonly key: string;
  /** `MERIDIAN_REQUEST_TIMEOUT`. */
  readonly variable: string;
  /** `--request-timeout`; absent for secrets. */
  readonly flag?: string;
  /** As an operator would write it; absent when there is none. */
  readonly fallback?: string;
  readonly says: string;
  /** The role that reads it; `every` process, or `secret`. */
  readonly group: RoleName | "every" | "secret";
}

/** Every setting and secret there is, in the order of the schemas. */
export function describeSettings(): SettingDescription[] {
  const groups: [SettingDescription["group"], z.ZodObject][] = [
    ["every", everySchema],
    ...(Object.entries(roleSchemas) as [RoleName, z.ZodObject][]),
    ["secret", secretSchema],
  ];
  return groups.flatMap(([group, schema]) =>
    Object.entries(schema.shape).map(([key, field]) => {
      const fallback = fallbackOf(field as z.ZodType);
      return {
        key,
        variable: `MERIDIAN_${key.replace(/[A-Z]/g, "_$&").toUpperCase()}`,
        ...(group === "secret" ? {} : { flag: `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}` }),
        ...(fallback === undefined ? {} : { fallback }),
        says: (field as z.ZodType).description ?? "",
        group,
      };
    }),
  );
}

function fallbackOf(field: z.ZodType): string | undefined {
  const { def } = field as z.ZodType & { def: { type: string; defaultValue?: unknown } };
  return def.type === "prefault" ? String(def.defaultValue) : undefined;
}
