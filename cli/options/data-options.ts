import { parseSeparator } from "#contract/file-format.ts";
import { HEADER_SETTINGS, MISSING_WORDS_SETTINGS, SEPARATOR_TEXT } from "#contract/reading.ts";
import type { WeightRule } from "#contract/weight-rule.ts";
import { type DatasetRules, DUPLICATE_RULES } from "#engine/data/dataset-rules.ts";
import type { MinimumInteractions } from "#engine/data/prepare.ts";
import type { EventColumn, InteractionColumns } from "#engine/data/read/read-interactions.ts";
import { decimal, oneOf, pairsOf, type Values, wholeNumber } from "./command-line.ts";
import { SEQUENCE_FORMATS } from "./sequence-options.ts";
import { UsageError } from "./usage-error.ts";
import { capsIn, WEIGHT_OPTIONS, weightRuleIn } from "./weight-options.ts";

const FORMATS = ["csv", "tsv", "json", "ndjson", "adjacency"] as const;

/** How a file of interactions is read; the same for every command that reads one. */
export const DATA_OPTIONS = {
  format: {
    type: "string",
    value: [...FORMATS, ...SEQUENCE_FORMATS].join("|"),
    help: "csv unless the content says otherwise; adjacency: a line per user, `user item item …`; sequences: `user ⇥ items ⇥ days`, sessions: `session ⇥ items`",
  },
  "user-column": {
    type: "string",
    value: "NAME",
    help: "column of users, by name or by position from 1; guessed from the names if absent",
  },
  "item-column": { type: "string", value: "NAME", help: "column of items; guessed likewise" },
  "weight-column": { type: "string", value: "NAME", help: "column of weights above 0, such as counts" },
  "time-column": { type: "string", value: "NAME", help: "column of times: epoch numbers or dates" },
  "session-column": { type: "string", value: "NAME", help: "column of session ids, for what comes next" },
  "session-gap": {
    type: "string",
    value: "30",
    help: "a session without an id ends before a pause of more minutes",
  },
  header: {
    type: "string",
    value: HEADER_SETTINGS.join("|"),
    help: "whether the first row is a header; auto, the default, compares it with the rows below",
  },
  separator: {
    type: "string",
    value: "NAME",
    help: "comma, tab, semicolon, bar, blanks, or the characters; detected by default",
  },
  "missing-words": {
    type: "string",
    value: MISSING_WORDS_SETTINGS.join("|"),
    help: "ids such as NA, NULL or None: rejected by default, or kept",
  },
  ordered: { type: "boolean", help: "rows or lists are in order of time" },
  "event-column": { type: "string", value: "NAME", help: "column of kinds of events, with --event-weights" },
  "event-weights": {
    type: "string",
    value: "view=1,like=3",
    help: "weights of events; other kinds are left out",
  },
  duplicates: {
    type: "string",
    value: DUPLICATE_RULES.join("|"),
    help: "repeats of a user's item; sum by default, binary for adjacency",
  },
  ...WEIGHT_OPTIONS,
  "half-life": { type: "string", value: "DAYS", help: "weights halve for every DAYS of age" },
  "min-user-interactions": { type: "string", value: "N", help: "leave out users with fewer items" },
  "min-item-interactions": { type: "string", value: "N", help: "leave out items with fewer users" },
} as const;

export interface ReadSettings {
  /** Undefined: detect it. */
  readonly separator: string | undefined;
  readonly keepsMissingWords: boolean;
  readonly isAdjacency: boolean;
  /** Whether lines are sequences; they have no columns. */
  readonly isSequences?: boolean;
  /** Whether what users took is kept in its order, with repeats and sessions. */
  readonly keepsSequences?: boolean;
  readonly sessionGapMs?: number | undefined;
  /** What the weight column holds; null for weights as they are. */
  readonly weightRule: WeightRule | null;
  /** Ignored for adjacency. */
  readonly columns: InteractionColumns;
  readonly isOrdered: boolean;
  readonly rules: DatasetRules;
  readonly minimum: MinimumInteractions;
}

type DataValues = Values<typeof DATA_OPTIONS>;

const DAY_MS = 86_400_000;

/** Throws `UsageError` for options that are wrong, alone or together. */
export function readSettingsOf(values: DataValues): ReadSettings {
  const isSequences = SEQUENCE_FORMATS.some((name) => name === values.format);
  const isAdjacency =
    values.format !== undefined && !isSequences && oneOf("format", values.format, FORMATS) === "adjacency";
  if (isAdjacency || isSequences) refuseColumns(values);
  const { ordered: isOrdered = false } = values;
  if (isOrdered && values["time-column"] !== undefined) {
    throw new UsageError("--ordered and --time-column both give the order; give one of them.");
  }
  return {
    ...textSettingsOf(values),
    isAdjacency,
    weightRule: weightRuleIn(values, values["weight-column"] !== undefined),
    columns: isAdjacency || isSequences ? { user: "1", item: "2" } : columnsOf(values),
    ...{ isOrdered: isOrdered || isSequences, isSequences, sessionGapMs: sessionGapOf(values) },
    rules: rulesOf(values),
    minimum: minimumOf(values),
  };
}

/** How to read the test file of the same data: users and items only, and all of them; of ratings that become likes, only likes. */
export function testSettingsOf(settings: ReadSettings): ReadSettings {
  const { isAdjacency, columns, separator, keepsMissingWords, weightRule: rule } = settings;
  const { user, item, header, weight } = columns;
  const likes = rule?.weight_kind === "likes" ? { ...rule, below_likes: "drop" as const } : null;
  return {
    separator,
    keepsMissingWords,
    isAdjacency,
    weightRule: likes,
    columns: { user, item, header, ...(likes && { weight }) },
    isOrdered: false,
    rules: { duplicates: "binary" },
    minimum: {},
  };
}

const TABLE_ONLY = ["header", "separator", "cap", "cap-quantile", "session-gap"];

function sessionGapOf(values: DataValues): number | undefined {
  const { "session-gap": text, "session-column": column, "time-column": time } = values;
  if (column !== undefined && time === undefined)
    throw new UsageError("--session-column needs --time-column.");
  if (text === undefined) return undefined;
  if (time === undefined) throw new UsageError("--session-gap needs --time-column.");
  const minutes = decimal("session-gap", text, 0);
  if (minutes === 0) throw new UsageError("--session-gap must be above 0 minutes.");
  return 60_000 * minutes;
}

function textSettingsOf(values: DataValues): Pick<ReadSettings, "separator" | "keepsMissingWords"> {
  const { separator: text, "missing-words": words } = values;
  const separator = text === undefined ? undefined : parseSeparator(text);
  if (separator === null) throw new UsageError(`--separator "${text}": ${SEPARATOR_TEXT}`);
  const keepsMissingWords =
    words !== undefined && oneOf("missing-words", words, MISSING_WORDS_SETTINGS) === "keep";
  return { separator, keepsMissingWords };
}

function refuseColumns(values: DataValues): void {
  const given = Object.keys(values).find((name) => name.endsWith("-column") || TABLE_ONLY.includes(name));
  if (given !== undefined) {
    throw new UsageError(`--${given} has no meaning for --format ${values.format}, which has no columns.`);
  }
}

function columnsOf(values: DataValues): InteractionColumns {
  const user = values["user-column"];
  const item = values["item-column"];
  if (!user || !item) {
    throw new UsageError(
      `--${user ? "item" : "user"}-column is missing: give its name in the header, or its position from 1 in a file without a header.`,
    );
  }
  const weight = values["weight-column"];
  const time = values["time-column"];
  const event = eventColumnOf(values);
  const session = values["session-column"];
  const header = oneOf("header", values.header ?? "auto", HEADER_SETTINGS);
  return {
    ...{ user, item, weight, time, event, session: session === undefined ? null : { column: session } },
    header: header === "auto" ? undefined : header === "yes",
  };
}

function eventColumnOf(values: DataValues): EventColumn | null {
  const column = values["event-column"];
  const weights = values["event-weights"];
  if (column === undefined && weights === undefined) return null;
  if (column === undefined || weights === undefined) {
    throw new UsageError("--event-column and --event-weights go together; one of them is missing.");
  }
  const pairs = [...pairsOf("event-weights", weights)].map(([event, text]) => {
    const weight = decimal("event-weights", text, 0);
    if (weight === 0) throw new UsageError(`--event-weights: the weight of "${event}" must be above 0.`);
    return [event, weight] as const;
  });
  return { column, weights: Object.fromEntries(pairs) };
}

function rulesOf(values: DataValues): DatasetRules {
  const { duplicates, "half-life": halfLife } = values;
  const days = halfLife === undefined ? null : decimal("half-life", halfLife, 0);
  if (days === 0) throw new UsageError("--half-life must be above 0 days.");
  if (days !== null && values["time-column"] === undefined) {
    throw new UsageError("--half-life needs --time-column.");
  }
  return {
    ...capsIn(values),
    ...(duplicates !== undefined && { duplicates: oneOf("duplicates", duplicates, DUPLICATE_RULES) }),
    ...(days !== null && { halfLifeMs: days * DAY_MS }),
  };
}

function minimumOf(values: DataValues): MinimumInteractions {
  const perUser = values["min-user-interactions"];
  const perItem = values["min-item-interactions"];
  return {
    ...(perUser !== undefined && { perUser: wholeNumber("min-user-interactions", perUser, 1) }),
    ...(perItem !== undefined && { perItem: wholeNumber("min-item-interactions", perItem, 1) }),
  };
}
