import { existsSync, readFileSync } from "node:fs";

/** What a file of JSON holds. Null where there is no such file, or half of one. */
export function readJson<Content>(path: string): Content | null {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Content;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
