/**
 * Stands in for the Workers runtime while Miniflare makes a configuration: `serve … -` takes it from its input and keeps it in the file
 * that STACK_CONFIG names.
 */
import { openSync, readFileSync, writeSync } from "node:fs";

const config = readFileSync(0);
const PRIVATE = 0o600;
writeSync(openSync(process.env.STACK_CONFIG ?? "", "w", PRIVATE), config);
