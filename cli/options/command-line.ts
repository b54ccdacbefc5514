/** Options of the command: declared once, parsed and shown by `--help` from the same table. */

import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

export interface Option {
  readonly type: "string" | "boolean";
  /** Placeholder of the value in the help, e.g. `FILE`. */
  readonly value?: string;
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;

/** The options on the command line; absent ones are undefined. */
export type Values<Known extends Options> = {
  readonly [Name in keyof Known]?: Known[Name]["type"] extends "boolean" ? boolean : string;
};

/** Parses the arguments of a command. Throws `UsageError` for an unknown argument. */
export function parseOptions<Known extends Options>(args: readonly string[], options: Known): Values<Known> {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as Values<Known>;
  } catch (error) {
    const { message } = error as Error;
    const [, dashed] = /^Option '(--[\w-]+)\b.*' argument is ambiguous/.exec(message) ?? [];
    if (dashed !== undefined) {
      throw new UsageError(`${dashed} has no value; write a value that begins with a dash as ${dashed}=-1.`);
    }
    // Node's message is long; its first sentence says what is wrong.
    const [sentence = ""] = message.split(/\.\s|\n/);
    throw new UsageError(sentence.endsWith(".") ? sentence : `${sentence}.`);
  }
}

export function wholeNumber(name: string, text: string, min: number, max = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new UsageError(`--${name} must be a whole number ${range}, not "${text}".`);
}

export function decimal(name: string, text: string, min: number, max = Number.POSITIVE_INFINITY): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= min && value <= max && Number.isFinite(value)) return value;
  const range = max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new UsageError(`--${name} must be a number ${range}, not "${text}".`);
}

export function oneOf<Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text);
  if (found === undefined)
    throw new UsageError(`--${name} must be one of ${choices.join(", ")}, not "${text}".`);
  return found;
}

/** The parts of a comma-separated list, trimmed; at least one. */
export function listOf(name: string, text: string): string[] {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (parts.length === 0) throw new UsageError(`--${name} needs at least one value.`);
  return parts;
}

/** `view=1,like=3` as a map. Throws `UsageError` at a part that is not `name=value`. */
export function pairsOf(name: string, text: string): Map<string, string> {
  return new Map(
    listOf(name, text).map((part) => {
      const at = part.lastIndexOf("=");
      if (at <= 0 || at === part.length - 1) {
        throw new UsageError(`--${name} is a list like "a=1,b=2"; "${part}" is not such a pair.`);
      }
      return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    }),
  );
}

/** The value of a required option. */
export function required(name: string, value: string | undefined): string {
  if (value === undefined || value === "") throw new UsageError(`--${name} is missing.`);
  return value;
}

/** The options as aligned lines. */
export function describeOptions(options: Options): string {
  const rows = Object.entries(options).map(([name, { value, help }]) => ({
    left: value === undefined ? `--${name}` : `--${name} ${value}`,
    help,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length));
  return rows.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}`).join("\n");
}
