import { AppError } from "#services/app-error.ts";

/** Parses JSON as UTF-8; errors have the texts that Recotem's clients know. */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new AppError("bad_request", "JSON parse error - The body is not valid UTF-8.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError("bad_request", `JSON parse error - ${describeProblem(text)}`);
  }
}

function describeProblem(text: string): string {
  const constant = /(?<=[:[,\s])(NaN|-?Infinity)(?=[\s,\]}])/.exec(text)?.[1];
  if (constant !== undefined) return `Out of range float values are not JSON compliant: '${constant}'`;
  const at = /^\s*\{\s*(?=[^"}\s]|$)/.exec(text)?.[0].length;
  return at === undefined
    ? `Expecting value: ${position(text, 0)}`
    : `Expecting property name enclosed in double quotes: ${position(text, at)}`;
}

function position(text: string, at: number): string {
  const lines = text.slice(0, at).split("\n");
  return `line ${lines.length} column ${(lines.at(-1)?.length ?? 0) + 1} (char ${at})`;
}
