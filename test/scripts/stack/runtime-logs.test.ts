import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { expect, it } from "vitest";
import { readLogs } from "#scripts/stack/runtime-logs.ts";

async function logsOf(pieces: readonly string[]): Promise<string[]> {
  const logs: string[] = [];
  const stream = Readable.from(pieces.map((piece) => Buffer.from(piece)));
  readLogs(stream, (text) => logs.push(text));
  await finished(stream);
  return logs;
}

it("gives the messages of lines of JSON, however the pipe cuts them", async () => {
  const line = JSON.stringify({ timestamp: "1", level: "info", message: "größer\nals eins" });
  const bytes = `${line}\n${line}\n`;
  const logs = await logsOf([bytes.slice(0, 7), bytes.slice(7, 80), bytes.slice(80)]);
  expect(logs).toEqual(["größer\nals eins\n", "größer\nals eins\n"]);
});

it("shows what a crash prints, and the last line without its end", async () => {
  expect(await logsOf(["*** Received signal #11\n", "stack: 1 2", " 3"])).toEqual([
    "*** Received signal #11\n",
    "stack: 1 2 3\n",
  ]);
});

it("leaves out what the runtime says of itself", async () => {
  const noise = JSON.stringify({ level: "error", message: "CODE_MOVED for unknown code block?" });
  expect(await logsOf([`${noise}\n`, '{"message":"kept"}\n'])).toEqual(["kept\n"]);
});

it("shows a line of JSON that is no log as it is", async () => {
  expect(await logsOf(["42\n", "null\n"])).toEqual(["42\n", "null\n"]);
});
