/** Finds the wanted columns in a header row, or decides that the file has no header and positions are meant. */
import { columnNotFoundText } from "#contract/ingestion.ts";
import { EngineError } from "../../engine-error.ts";

export interface ResolvedColumns {
  readonly hasHeader: boolean;
  /** Cell index of each wanted column. */
  readonly positions: readonly number[];
}

const POSITION = /^[1-9]\d{0,3}$/;
const NAMES_IN_MESSAGE = 12;

/**
 * Resolves columns against the first row. A whole number that is no header cell is a position from 1; when all wanted columns are,
 * there is no header row unless `header` says so. A first row of nothing but numbers is data, even where its numbers happen to be
 * those of the wanted positions. Throws BAD_DATA for the first column that is not there.
 */
export function resolveColumns(
  first: readonly string[],
  wanted: readonly string[],
  header: boolean | undefined,
  delimiter: string,
): ResolvedColumns {
  const mayBeHeader = header ?? !(wanted.every(isPosition) && first.every(isNumber));
  const isNamed = (name: string): boolean => mayBeHeader && first.includes(name);
  const positions = wanted.map((name) => {
    if (isNamed(name)) return first.indexOf(name);
    if (isPosition(name) && Number(name) <= first.length) return Number(name) - 1;
    throw new EngineError(
      "BAD_DATA",
      `${columnNotFoundText(name)} ${whyMissing(first, name, header, delimiter)}`,
    );
  });
  return { hasHeader: header ?? wanted.some(isNamed), positions };
}

function isPosition(name: string): boolean {
  return POSITION.test(name);
}

function isNumber(cell: string): boolean {
  return cell.trim() !== "" && Number.isFinite(Number(cell));
}

function whyMissing(
  first: readonly string[],
  name: string,
  header: boolean | undefined,
  delimiter: string,
): string {
  if (POSITION.test(name)) return `The first row has ${first.length} columns.`;
  if (header === false) return "A file without a header has positions for columns: 1, 2, and so on.";
  const shown = delimiter === "\t" ? "tab" : `"${delimiter}"`;
  const [only = ""] = first;
  if (first.length === 1 && only.includes(name) && only !== name) {
    return `The delimiter seems to be another than comma, tab, semicolon or "|": the whole first row is "${shorten(only)}".`;
  }
  if (first.some((cell) => cell.includes(name) && cell.trim() !== name && /[\t;|,]/.test(cell))) {
    return `The delimiter may be wrong: cut at ${shown}, the first row is ${listed(first)}.`;
  }
  return `${knownColumns(first)}${first.length === 1 ? ` Cut at ${shown}, it has only one.` : ""}`;
}

/** A sentence that lists what columns there are. */
export function knownColumns(names: readonly string[]): string {
  return names.length === 0 ? "The file has no columns." : `The file has the columns ${listed(names)}.`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_IN_MESSAGE).map((name) => `"${shorten(name)}"`);
  return names.length > NAMES_IN_MESSAGE
    ? `${shown.join(", ")} and ${names.length - NAMES_IN_MESSAGE} more`
    : shown.join(", ");
}

/** Text for a message: control characters out, 60 characters at most. */
export function shorten(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  const clean = text.replace(/[\u0000-\u001f\u007f]/g, " ");
  return clean.length > 60 ? `${clean.slice(0, 59)}…` : clean;
}
