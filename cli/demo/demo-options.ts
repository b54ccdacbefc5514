import { parseArgs } from "node:util";
import { type ReadingSettings, readingRequest, readingSettingsOf } from "#contract/reading.ts";
import { SPLIT_SCHEMES, type SplitScheme } from "#contract/study-config.ts";
import { DEFAULT_PORT, DEFAULT_STATE_DIR } from "../../scripts/local-stack.ts";
import { StackError } from "../../scripts/stack/stack-error.ts";

export interface DemoOptions {
  /** The caller's own file; null for the generated sample. */
  readonly file: string | null;
  readonly columns: { readonly user: string; readonly item: string; readonly time: string | null };
  /** How to read the file; absent settings are detected. */
  readonly reading: ReadingSettings;
  readonly scheme: SplitScheme;
  readonly trials: number;
  readonly parallel: number;
  readonly json: boolean;
  readonly port: number;
  readonly stateDir: string;
}

export const DEMO_USAGE = `npm run demo                          with a sample that it generates
npm run demo -- --data FILE --user-column NAME --item-column NAME [--time-column NAME]
                [--header auto|yes|no] [--separator NAME] [--missing-words reject|keep]
                [--split RG|TG|TU] [--trials 20] [--parallel 4] [--json] [--port N] [--state DIR]
A column is named by its header, or by its position from 1. Separators: comma, tab, semicolon, bar, blanks, or the characters.`;

const SAMPLE_COLUMNS = { user: "user_id", item: "item_id", time: "timestamp" };

/** Throws `StackError` with a sentence for the terminal. */
export function parseDemoOptions(args: readonly string[]): DemoOptions {
  const values = readArgs(args);
  const columns = columnsOf(values);
  const scheme = values.split ?? (columns.time === null ? "RG" : "TU");
  if (!(SPLIT_SCHEMES as readonly string[]).includes(scheme)) {
    throw new StackError(`--split must be one of ${SPLIT_SCHEMES.join(", ")}, not "${scheme}".`);
  }
  if (scheme !== "RG" && columns.time === null) {
    throw new StackError(`--split ${scheme} splits by time: name the time column with --time-column.`);
  }
  return {
    file: values.data ?? null,
    columns,
    reading: readingOf(values),
    scheme: scheme as SplitScheme,
    trials: wholeNumber("--trials", values.trials, 1, 1000),
    parallel: wholeNumber("--parallel", values.parallel, 1, 32),
    json: values.json,
    port: wholeNumber("--port", values.port, 1, 65_535),
    stateDir: values.state,
  };
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: "string" },
        "user-column": { type: "string" },
        "item-column": { type: "string" },
        "time-column": { type: "string" },
        header: { type: "string" },
        separator: { type: "string" },
        "missing-words": { type: "string" },
        split: { type: "string" },
        trials: { type: "string", default: "20" },
        parallel: { type: "string", default: "4" },
        json: { type: "boolean", default: false },
        port: { type: "string", default: String(DEFAULT_PORT) },
        state: { type: "string", default: DEFAULT_STATE_DIR },
      },
    }).values;
  } catch (error) {
    throw new StackError(`${(error as Error).message}\n\n${DEMO_USAGE}`);
  }
}

function columnsOf(values: ReturnType<typeof readArgs>): DemoOptions["columns"] {
  if (values.data === undefined) return SAMPLE_COLUMNS;
  const user = values["user-column"];
  const item = values["item-column"];
  if (!user || !item) {
    throw new StackError(`With --data, name the columns: --user-column and --item-column.\n\n${DEMO_USAGE}`);
  }
  return { user, item, time: values["time-column"] ?? null };
}

function readingOf(values: ReturnType<typeof readArgs>): ReadingSettings {
  const { header, separator, "missing-words": missing_words } = values;
  const parsed = readingRequest.safeParse({ header, separator, missing_words });
  if (parsed.success) return readingSettingsOf(parsed.data) ?? {};
  const [issue] = parsed.error.issues;
  throw new StackError(`--${String(issue?.path[0]).replace("_", "-")}: ${issue?.message}`);
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new StackError(`${name} must be a whole number from ${min} to ${max}, not "${text}".`);
}
