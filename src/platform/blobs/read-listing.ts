export interface Listing {
  readonly objects: readonly { readonly key: string; readonly size: number; readonly putAt: number }[];
  readonly more: boolean;
}

/** Reads the XML of https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html; throws for anything else. */
export function readListing(xml: string): Listing {
  if (!xml.includes("<ListBucketResult")) throw new SyntaxError("the object store answered with no list of objects");
  const objects = [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].map(([, object = ""]) => {
    const key = unescapeXml(fieldOf(object, "Key"));
    const size = Number(fieldOf(object, "Size"));
    const putAt = Math.floor(Date.parse(fieldOf(object, "LastModified")) / 1000) * 1000;
    if (!Number.isSafeInteger(size) || Number.isNaN(putAt)) throw new SyntaxError(`a list with a bad entry: ${object}`);
    return { key, size, putAt };
  });
  return { objects, more: fieldOf(xml, "IsTruncated") === "true" };
}

function fieldOf(xml: string, name: string): string {
  const start = xml.indexOf(`<${name}>`);
  const end = xml.indexOf(`</${name}>`, start);
  return start < 0 || end < 0 ? "" : xml.slice(start + name.length + 2, end);
}

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return names[name as string] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex as string, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : (whole as string);
  });
}

const names: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
