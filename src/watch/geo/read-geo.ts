import { Reader } from "mmdb-lib";
import { readAddress, spellAddress } from "../indicators/address.ts";

/** What files tell of an address; each of them some of it. */
export interface GeoFacts {
  /** ISO 3166-1, two capital letters. */
  readonly country?: string;
  readonly city?: string;
  readonly asn?: number;
  /** Whose network it is. */
  readonly organization?: string;
  /** Degrees; of the middle of wherever the address is known to be. */
  readonly latitude?: number;
  readonly longitude?: number;
  /** Kilometres around it. */
  readonly radius?: number;
}

export interface GeoFile {
  /** As the file calls itself: `GeoLite2-City`. */
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly builtAt: number;
  /** Never throws: what does not read as what it should be is as if it were not there. */
  look(address: string): GeoFacts;
}

export type OpenedGeo = { readonly ok: true; readonly file: GeoFile } | { readonly ok: false; readonly why: string };

type Fields = Readonly<Record<string, unknown>>;

/**
 * A file in the MaxMind DB format 2.0, with the fields of MaxMind and DB-IP or with those of IPinfo. Files come from
 * whoever runs this, so what a file says is believed, but it is not let to end the process.
 */
export function openGeo(bytes: Buffer): OpenedGeo {
  let reader: Reader<never>;
  try {
    reader = new Reader<never>(bytes);
    const { binaryFormatMajorVersion: version, nodeCount, recordSize, searchTreeSize } = reader.metadata;
    if (version !== 2 || ![24, 28, 32].includes(recordSize) || searchTreeSize + 16 > bytes.length || !(nodeCount > 0))
      return { ok: false, why: "It is no whole MaxMind DB of version 2." };
    reader.get("192.0.2.1");
  } catch {
    return { ok: false, why: "It is no MaxMind DB." };
  }
  const { databaseType, buildEpoch } = reader.metadata;
  return {
    ok: true,
    file: {
      type: String(databaseType).slice(0, 100),
      builtAt: Number(buildEpoch),
      look(text) {
        const address = readAddress(text);
        if (!address) return {};
        try {
          const read: unknown = reader.get(spellAddress(address));
          return isFields(read) ? factsOf(read) : {};
        } catch {
          // A pointer into nowhere: of this address nothing is known.
          return {};
        }
      },
    },
  };
}

function factsOf(all: Fields): GeoFacts {
  const countries = [all["country"], all["registered_country"]];
  const country =
    countries.map((one) => textIn(one, "iso_code")).find((code) => code !== undefined) ??
    text(all["country_code"]) ??
    text(all["country"]);
  const city = nameIn(all["city"]) ?? text(all["city"]);
  const asn = whole(all["autonomous_system_number"]) ?? asnOf(text(all["asn"]));
  const organization = text(all["autonomous_system_organization"]) ?? text(all["as_name"]);
  const location = isFields(all["location"]) ? all["location"] : all;
  const latitude = degrees(location["latitude"] ?? location["lat"], 90);
  const longitude = degrees(location["longitude"] ?? location["lng"], 180);
  const radius = whole(location["accuracy_radius"]);
  return {
    ...(country !== undefined && /^[A-Z]{2}$/.test(country) && { country }),
    ...(city !== undefined && { city }),
    ...(asn !== undefined && { asn }),
    ...(organization !== undefined && { organization }),
    ...(latitude !== undefined && longitude !== undefined && { latitude, longitude }),
    ...(radius !== undefined && { radius }),
  };
}

function textIn(value: unknown, key: string): string | undefined {
  return isFields(value) ? text(value[key]) : undefined;
}

function nameIn(value: unknown): string | undefined {
  return isFields(value) ? textIn(value["names"], "en") : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, 200).replace(/\p{Cc}/gu, "\u{fffd}") : undefined;
}

function asnOf(value: string | undefined): number | undefined {
  return value !== undefined && /^AS\d{1,10}$/.test(value) ? Number(value.slice(2)) : undefined;
}

function whole(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
}

function degrees(value: unknown, most: number): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Math.abs(number) <= most ? number : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
