/** Which columns of an item's metadata to show: a title, and a line of the rest. Pure. */
const TITLE_NAMES = ["title", "name", "label", "item_name", "product_name", "headline", "track"] as const;
/** Nobody reads a line with more values than this. */
const FACTS_SHOWN = 3;
const FACT_CHARS = 60;

export interface ItemFacts {
  readonly title: string | null;
  readonly facts: readonly string[];
}

/** @param separators  What divides the values of a column, by its name: they are shown with commas. */
export function itemFacts(
  row: Readonly<Record<string, unknown>> | undefined,
  separators: Readonly<Record<string, string | null>> = {},
): ItemFacts {
  if (!row) return { title: null, facts: [] };
  const entries = Object.entries(row).filter(([name]) => name !== "item_id");
  const titleEntry =
    entries.find(([name, value]) => isTitleName(name) && isText(value)) ??
    entries.find(([, value]) => isText(value));
  return {
    title: titleEntry ? String(titleEntry[1]) : null,
    facts: entries
      .filter((entry) => entry !== titleEntry)
      .map(([name, value]) => toFact(divided(value, separators[name])))
      .filter((fact) => fact !== "")
      .slice(0, FACTS_SHOWN),
  };
}

function isTitleName(name: string): boolean {
  return (TITLE_NAMES as readonly string[]).includes(name.toLowerCase());
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}

function divided(value: unknown, separator: string | null | undefined): unknown {
  return separator && typeof value === "string" ? value.split(separator) : value;
}

function toFact(value: unknown): string {
  if (Array.isArray(value)) return shorten(value.map(toFact).filter(Boolean).join(", "));
  if (typeof value === "string") return shorten(value.trim());
  if (typeof value === "number") return String(value);
  return "";
}

function shorten(text: string): string {
  return text.length > FACT_CHARS ? `${text.slice(0, FACT_CHARS - 1)}…` : text;
}
