import { jsonLogger, type Logger } from "./json-logger.ts";

const CONSOLE = {
  info: (line: string) => console.info(line),
  warn: (line: string) => console.warn(line),
  error: (line: string) => console.error(line),
} as const;

export const consoleLogger: Logger = jsonLogger((level, line) => CONSOLE[level](line));
