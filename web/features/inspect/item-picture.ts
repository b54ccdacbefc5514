/** Which value of an item's row is the address of a picture. Pure. */

const PICTURE_NAME = /image|img|picture|poster|thumb|cover|photo|artwork/i;
const PICTURE_FILE = /\.(?:avif|gif|jpe?g|png|svg|webp)(?:[?#]|$)/i;

/**
 * The first picture of a row: a value of a column that is named after pictures, else one that ends like a picture's file. Only
 * addresses with https, and paths of this site: the page's policy refuses others.
 */
export function pictureOf(row: Readonly<Record<string, unknown>> | undefined): string | null {
  const addresses = Object.entries(row ?? {}).flatMap(([name, value]) =>
    typeof value === "string" && /^(?:https:\/\/|\/(?!\/))\S+$/.test(value.trim())
      ? [{ name, value: value.trim() }]
      : [],
  );
  const named = addresses.find(({ name }) => PICTURE_NAME.test(name));
  return (named ?? addresses.find(({ value }) => PICTURE_FILE.test(value)))?.value ?? null;
}

const TILES = 9;

/** The colour token of an item without a picture: the same item has the same one. */
export function tileColour(itemId: string): string {
  let sum = 0;
  for (const letter of itemId) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return `series-${(sum % TILES) + 1}`;
}

/** At most two letters that stand for a title. */
export function initialsOf(title: string): string {
  const words = title.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? "")
    .join("");
}
