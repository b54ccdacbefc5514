import { HALF_CHARACTER, HALF_CHARACTER_TEXT } from "./half-character.ts";

/** Largest size and depth of a caller's JSON value: it is stored with a row, and lists show a hundred of them. */

export const MAX_JSON_DEPTH = 32;
/** Of its text, in UTF-16 units. */
export const MAX_JSON_LENGTH = 64 * 1024;

/**
 * The problem with a parsed JSON value; null when it may be stored. Numbers beyond 1.8e308 are read as infinite, which JSON
 * cannot hold. The depth is measured without recursion: a value nested a million times must not overflow the stack.
 */
export function jsonProblem(value: unknown): string | null {
  const left: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next.value === "number" && !Number.isFinite(next.value)) {
      return "Numbers must be finite.";
    }
    if (typeof next.value === "string" && HALF_CHARACTER.test(next.value)) return HALF_CHARACTER_TEXT;
    if (typeof next.value !== "object" || next.value === null) continue;
    if (next.depth === MAX_JSON_DEPTH) return `Must not nest more than ${MAX_JSON_DEPTH} levels.`;
    for (const [name, inner] of Object.entries(next.value)) {
      if (HALF_CHARACTER.test(name)) return HALF_CHARACTER_TEXT;
      left.push({ value: inner, depth: next.depth + 1 });
    }
  }
  const isLong = JSON.stringify(value).length > MAX_JSON_LENGTH;
  return isLong ? `Must not be longer than ${MAX_JSON_LENGTH} characters.` : null;
}
