/**
 * Stands in for the Workers runtime while Miniflare makes a configuration: `serve … -` takes it from its input and keeps it in the file
 * that STACK_CONFIG names. The file is whole or not there.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";

const file = process.env.STACK_CONFIG ?? "";
try {
  writeFileSync(`${file}.part`, readFileSync(0), { mode: 0o600 });
  renameSync(`${file}.part`, file);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
