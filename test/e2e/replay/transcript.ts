/** Recorded exchanges with AiREC, one JSON object a line; see docs/guides/from-airec.md for where they come from. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Line {
  readonly seq: number;
  readonly name: string;
  readonly group: string;
  readonly service?: string;
  readonly direction?: "received";
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly request_headers?: Readonly<Record<string, string>>;
  readonly request_body: unknown;
  readonly status: number;
  readonly response_body: unknown;
  readonly response_headers?: Readonly<Record<string, string>>;
  /** Variables, by their paths in the answer. */
  readonly capture?: Readonly<Record<string, string>>;
  readonly note?: string | null;
  /** What is wrong with the original; such lines are not compared. */
  readonly defect?: string;
}

/** All lines of a folder, in the order of replay. */
export function readLines(folder: string): Line[] {
  return readdirSync(folder)
    .filter((name) => /^\d\d-.*\.jsonl$/.test(name))
    .flatMap((name) => readFileSync(join(folder, name), "utf8").trim().split("\n"))
    .map((text) => JSON.parse(text) as Line)
    .sort((a, b) => a.seq - b.seq);
}

export type Variables = Map<string, unknown>;

/** A value with its variables replaced; a text that is one variable becomes its value. */
export function filled(value: unknown, variables: Variables): unknown {
  if (typeof value === "string") {
    const [, whole] = /^\{(\w+)\}$/.exec(value) ?? [];
    if (whole !== undefined && variables.has(whole)) return variables.get(whole);
    return value.replace(/\{(\w+)\}/g, (text, name: string) =>
      variables.has(name) ? String(variables.get(name)) : text,
    );
  }
  if (Array.isArray(value)) return value.map((one) => filled(one, variables));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, variables)]));
}
