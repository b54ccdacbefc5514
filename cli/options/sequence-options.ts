import { SEQUENCE_SCHEMES, type SequenceScheme } from "#engine/split/split-sequences.ts";
import { oneOf, type Values } from "./command-line.ts";
import { UsageError } from "./usage-error.ts";

/** Formats of files that hold the order of interactions themselves. */
export const SEQUENCE_FORMATS = ["sequences", "sessions"] as const;
export type SequenceFormat = (typeof SEQUENCE_FORMATS)[number];

const REFITS = ["all-but-last"] as const;

export const SEQUENCE_OPTIONS = {
  refit: {
    type: "string",
    value: REFITS.join("|"),
    help: "with --split next-item: fit the winner on all but the last item; without the last two by default",
  },
} as const;

export interface SequenceSettings {
  readonly format: SequenceFormat;
  readonly scheme: SequenceScheme;
  readonly refitsAllButLast: boolean;
}

export type SequenceValues = Values<typeof SEQUENCE_OPTIONS> & {
  readonly format?: string;
  readonly split?: string;
  readonly test?: string;
};

/** Null for other formats. Throws `UsageError` for options that do not go together. */
export function sequenceSettingsOf(values: SequenceValues): SequenceSettings | null {
  const format = SEQUENCE_FORMATS.find((name) => name === values.format);
  if (!format) {
    if (values.refit !== undefined) throw new UsageError("--refit needs --format sequences.");
    return null;
  }
  refuseOthers(values);
  const usual: SequenceScheme = format === "sessions" ? "sessions" : "next-item";
  const scheme = values.split === undefined ? usual : oneOf("split", values.split, SEQUENCE_SCHEMES);
  if (scheme !== usual) throw new UsageError(`--format ${format} goes with --split ${usual}.`);
  if (scheme === "next-item" && values.test !== undefined) {
    throw new UsageError(
      "--split next-item tests on the last item of each line; it does not go with --test.",
    );
  }
  if (scheme === "sessions" && values.refit !== undefined) {
    throw new UsageError(
      "--refit is for --split next-item: a study of sessions fits its winner on all of them.",
    );
  }
  const refitsAllButLast =
    values.refit !== undefined && oneOf("refit", values.refit, REFITS) === "all-but-last";
  return { format, scheme, refitsAllButLast };
}

const COLUMN_OPTIONS = [
  ...[
    "header",
    "separator",
    "ordered",
    "duplicates",
    "missing-words",
    "event-weights",
    "half-life",
    "seen",
    "session-gap",
  ],
  ...["min-user-interactions", "min-item-interactions", "item-features", "user-features"],
];

function refuseOthers(values: SequenceValues): void {
  const given = Object.keys(values).find((name) => name.endsWith("-column") || COLUMN_OPTIONS.includes(name));
  if (given === undefined) return;
  throw new UsageError(`--${given} has no meaning for --format ${values.format}, whose lines are lists.`);
}
