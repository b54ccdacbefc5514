/** The query of Gorse's addresses. */
import { MAX_PREDICT_CUTOFF } from "#contract/limits.ts";
import { GorseError } from "./gorse-error.ts";

/** As many as a list has if the client does not say. */
const USUAL_N = 10;
const WHOLE = /^[+-]?\d{1,15}$/;
const DURATION = /^[+-]?(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/;
const UNIT_MS: Readonly<Record<string, number>> = {
  ...{ ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1 },
  ...{ s: 1_000, m: 60_000, h: 3_600_000 },
};
const MAX_DELAY_MS = 10 * 365 * 86_400_000;

export interface GorsePage {
  readonly limit: number;
  readonly offset: number;
}

/** `n` and `offset`. `n=0` is as many as a list can have. Throws a 400 `GorseError`. */
export function pageOf(fields: URLSearchParams): GorsePage {
  const n = wholeOf(fields, "n", USUAL_N);
  const limit = n === 0 ? MAX_PREDICT_CUTOFF : Math.min(n, MAX_PREDICT_CUTOFF);
  return { limit, offset: wholeOf(fields, "offset", 0) };
}

function wholeOf(fields: URLSearchParams, name: string, usual: number): number {
  const text = fields.get(name);
  if (text === null || text === "") return usual;
  if (!WHOLE.test(text)) {
    throw new GorseError(400, `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  if (Number(text) < 0) throw new GorseError(400, `${name} is ${text}, and it is at least 0`);
  return Number(text);
}

/** Categories of the query and of the path: an item has all of them. */
export function categoriesOf(fields: URLSearchParams, ofPath: string | undefined): string[] {
  const all = [...fields.getAll("category"), ...(ofPath === undefined ? [] : [ofPath])];
  return [...new Set(all.filter((name) => name !== ""))];
}

/** Milliseconds of a duration as Go writes it, such as `1h30m`. Throws a 400 `GorseError`. */
export function durationOf(text: string): number {
  if (text === "0" || text === "") return 0;
  const bad = new GorseError(400, `time: invalid duration ${JSON.stringify(text)}`);
  if (!DURATION.test(text)) throw bad;
  let ms = 0;
  for (const [, number, unit = ""] of text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)) {
    ms += Number(number) * (UNIT_MS[unit] ?? 0);
  }
  if (ms > MAX_DELAY_MS) throw bad;
  return Math.round(text.startsWith("-") ? -ms : ms);
}

/**
 * Where a page goes on: texts that a cursor was made of; null at first. The client writes the field with a capital.
 *
 * @param parts How many texts there are. Throws a 400 `GorseError` for a cursor of something else.
 */
export function cursorOf(fields: URLSearchParams, parts: number): readonly string[] | null {
  const text = fields.get("cursor") || fields.get("Cursor") || "";
  if (text === "") return null;
  const read = parsedCursor(text);
  const isFit =
    Array.isArray(read) && read.length === parts && read.every((part) => typeof part === "string");
  if (isFit) return read as string[];
  throw new GorseError(400, "The cursor is none that this list has given");
}

function parsedCursor(text: string): unknown {
  if (!/^[\w-]{1,8192}$/.test(text)) return null;
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) =>
      one.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    // The caller refuses it.
    return null;
  }
}

/** A text that `cursorOf` reads. */
export function cursorText(parts: readonly string[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
