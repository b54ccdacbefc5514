import type { Options } from "../options/command-line.ts";
import type { ProgressStream } from "./progress.ts";

/** What a command needs from outside, as arguments. */
export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: ProgressStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The arguments after the name, e.g. `--model FILE --user ID`. */
  readonly usage: string;
  readonly options: Options;
  /** More that users should know; shown below the options. */
  readonly notes?: string;
  run(args: readonly string[], io: Io): Promise<void>;
}

/** Writes a result: one JSON object, or readable text. */
export function writeResult(io: Io, isJson: boolean, result: object, toText: () => string): void {
  io.stdout.write(isJson ? `${JSON.stringify(result)}\n` : `${toText()}\n`);
}
