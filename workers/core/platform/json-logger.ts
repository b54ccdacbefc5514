/**
 * Structured log lines, one JSON object each. Callers pass named fields and never whole requests, bodies or headers, so that no
 * secret gets in. Fields with a name like that of a secret are masked as well.
 */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

const SECRET_NAME = /password|secret|token|cookie|authorization|api_?key$/i;

function maskSecrets(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, SECRET_NAME.test(name) ? "***" : value]),
  );
}

/**
 * The description of an error for the operator: its chain of causes, and its collected errors, with stacks. Never part of an
 * answer.
 */
export function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  const parts = error instanceof AggregateError ? { errors: error.errors.map(describeError) } : {};
  return { name: error.name, message: error.message, stack: error.stack, ...cause, ...parts };
}

export function jsonLogger(write: (level: "info" | "warn" | "error", line: string) => void): Logger {
  const log =
    (level: "info" | "warn" | "error") =>
    (event: string, fields: LogFields = {}) =>
      write(level, JSON.stringify({ level, event, ...maskSecrets(fields) }));
  return { info: log("info"), warn: log("warn"), error: log("error") };
}
