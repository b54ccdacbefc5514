import { EngineError } from "#engine/engine-error.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { recommendCommand } from "./commands/recommend.ts";
import { similarCommand } from "./commands/similar.ts";
import { trainCommand } from "./commands/train.ts";
import { tuneCommand } from "./commands/tune.ts";
import { weightsCommand } from "./commands/weights.ts";
import { describeOptions } from "./options/command-line.ts";
import { UsageError } from "./options/usage-error.ts";
import type { Command, Io } from "./terminal/command.ts";

const COMMANDS: readonly Command[] = [
  evaluateCommand,
  tuneCommand,
  trainCommand,
  recommendCommand,
  similarCommand,
  inspectCommand,
  weightsCommand,
];

/** Exit statuses: success, failure, wrong input. */
const OK = 0;
const FAILED = 1;
const BAD_INPUT = 2;

/** Runs the command line and returns the exit status. Results go to stdout, everything else to stderr. Never throws. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    io.stdout.write(`${overview()}\n`);
    return name === undefined ? BAD_INPUT : OK;
  }
  const command = COMMANDS.find((known) => known.name === name);
  if (!command) {
    const known = COMMANDS.map((other) => other.name).join(", ");
    io.stderr.write(`edgewise: unknown command "${name}"; the commands are ${known}.\n`);
    return BAD_INPUT;
  }
  if (args.includes("--help") || args.includes("-h")) {
    io.stdout.write(`${helpOf(command)}\n`);
    return OK;
  }
  try {
    await command.run(args, io);
    return OK;
  } catch (error) {
    return report(command, error, io);
  }
}

function report(command: Command, error: unknown, io: Io): number {
  const isBadInput = error instanceof UsageError || error instanceof EngineError;
  const message = error instanceof Error ? error.message : String(error);
  io.stderr.write(`edgewise ${command.name}: ${message.replaceAll(/\s*\n\s*/g, " ")}\n`);
  if (!isBadInput && io.env.EDGEWISE_DEBUG && error instanceof Error) io.stderr.write(`${error.stack}\n`);
  return isBadInput ? BAD_INPUT : FAILED;
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    "edgewise: recommendations from a file of interactions",
    "",
    ...lines,
    "",
    "`edgewise COMMAND --help` lists the options of a command.",
  ].join("\n");
}

function helpOf({ name, summary, usage, options, notes }: Command): string {
  return [
    `edgewise ${name}: ${summary}`,
    "",
    `  edgewise ${name} ${usage}`,
    "",
    describeOptions(options),
    ...(notes ? ["", notes] : []),
  ].join("\n");
}
