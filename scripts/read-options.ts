import { type ParseArgsConfig, parseArgs } from "node:util";

/** The options that a script was given. With `--help` it tells how the script is called, and ends with 0. At one that it does not know, tells how the script is called, and ends with 2. */
export function readOptions<const Config extends ParseArgsConfig>(
  config: Config,
  usage: string,
): ReturnType<typeof parseArgs<Config>>["values"] {
  if (process.argv.slice(2).some((word) => word === "--help" || word === "-h")) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return parseArgs(config).values;
  } catch (error) {
    // Node's error goes on with advice for programmers after its first sentence.
    const [sentence = ""] = (error as Error).message.split(/\.\s|\n/);
    process.stderr.write(`${sentence}\n\n${usage}\n`);
    process.exit(2);
  }
}
