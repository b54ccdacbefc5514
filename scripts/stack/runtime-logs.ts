import type { Readable } from "node:stream";

/** What the runtime tells of itself and of no use to anyone. */
const NOISE = /\$LLVM_SYMBOLIZER is not set|took recursive isolate lock|CODE_MOVED for unknown code block/;

/** Calls back with each message of the Workers. The runtime writes lines of JSON; when it crashes, plain lines. */
export function readLogs(stream: Readable, log: (text: string) => void): void {
  readLines(stream, (line) => {
    if (line !== "" && !NOISE.test(line)) log(`${messageOf(line)}\n`);
  });
}

/** Calls back with each line; the last one may lack its end. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
  stream.once("end", () => {
    if (rest !== "") onLine(rest);
  });
}

function messageOf(line: string): string {
  try {
    const { message } = JSON.parse(line) as { readonly message?: unknown };
    return typeof message === "string" ? message : line;
  } catch {
    // A line of a crash is no JSON; people see it as it is.
    return line;
  }
}
