/** `npm run demo`: from a CSV to live recommendations without a browser. */
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { generateSample, SHARED_SAMPLE } from "#engine/sample/generate-sample.ts";
import { isEdgewise, type Stack, startStack } from "../../scripts/local-stack.ts";
import { assertPortFree } from "../../scripts/stack/ports.ts";
import { devVars } from "../../scripts/stack/settings.ts";
import { StackError } from "../../scripts/stack/stack-error.ts";
import { createProgress } from "../terminal/progress.ts";
import { ApiError } from "./api-client.ts";
import { administratorText, openAccount } from "./demo-account.ts";
import { DEMO_USAGE, type DemoOptions, parseDemoOptions } from "./demo-options.ts";
import { toJson, toText } from "./demo-print.ts";
import { type DemoInput, JobFailed, runDemo } from "./demo-run.ts";
import { startCommand } from "./start-command.ts";
import { type LocalFile, UnusableFile } from "./upload.ts";

async function main(): Promise<number> {
  if (process.argv.includes("--help")) {
    process.stdout.write(`${DEMO_USAGE}\n`);
    return 0;
  }
  const options = parseDemoOptions(process.argv.slice(2));
  const input =
    options.file === null ? sampleInput() : { interactions: await openFile(options.file), items: null };
  const { url, stack } = await useStack(options);
  try {
    const progress = createProgress(process.stderr);
    const session = await openAccount(url);
    if (session.isAdministrator && stack === null) {
      process.stderr.write(`${administratorText(url, session.account)}\n`);
    }
    const result = await runDemo(session, input, options, progress);
    process.stdout.write(`${options.json ? toJson(result) : toText(result, url)}\n`);
    if (stack && !options.json) {
      const again = `The stack stops now. This command starts it again with the same data, so that the curl above works:\n\n  ${startCommand(options)}\n`;
      process.stdout.write(`\n${again}`);
    }
    return 0;
  } finally {
    await stack?.stop();
  }
}

/** The stack that already runs at the port, or a new one for the duration of the demo. */
async function useStack({ port, stateDir }: DemoOptions): Promise<{ url: string; stack: Stack | null }> {
  const url = `http://localhost:${port}`;
  if (await isEdgewise(url)) return { url, stack: null };
  await assertPortFree(port);
  process.stderr.write("Starting the stack …\n");
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const stack = await startStack({ port, stateDir, settings: devVars(), say, log: () => undefined });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void stack.stop().then(() => process.exit(130)));
  }
  return { url, stack };
}

function sampleInput(): DemoInput {
  const { interactionsCsv, itemsCsv } = generateSample(SHARED_SAMPLE.seed, SHARED_SAMPLE.endsAt);
  return {
    interactions: fileOf("interactions.csv", interactionsCsv),
    items: fileOf("posts.csv", itemsCsv),
  };
}

function fileOf(name: string, chunks: Iterable<string>): LocalFile {
  const bytes = new TextEncoder().encode([...chunks].join(""));
  return { name, size: bytes.length, read: async (start, end) => bytes.subarray(start, end) };
}

async function openFile(path: string): Promise<LocalFile> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new StackError(
      `${path} cannot be read: ${error.code === "ENOENT" ? "there is no such file" : error.message}.`,
    );
  });
  const { size } = await handle.stat();
  return {
    name: nameWithSuffix(basename(path)),
    size,
    async read(start, end) {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(end - start), 0, end - start, start);
      return buffer.subarray(0, bytesRead);
    },
  };
}

/** The API asks for a known suffix, but the content decides how the file is read. */
function nameWithSuffix(name: string): string {
  return /\.(csv|tsv|json|ndjson|jsonl)(\.gz|\.gzip)?$/i.test(name)
    ? name
    : `${name.replaceAll(".", "-")}.csv`;
}

try {
  process.exitCode = await main();
} catch (error) {
  const forPeople = [StackError, ApiError, UnusableFile, JobFailed];
  const isForPeople = forPeople.some((kind) => error instanceof kind);
  process.stderr.write(`${isForPeople ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = error instanceof StackError || error instanceof UnusableFile ? 2 : 1;
}
