import { heldSessions } from "#engine/algorithms/sequence/session-index.ts";
import { buildSequences, type SequenceData } from "#engine/data/build/build-sequences.ts";
import { rowCountOf } from "#engine/data/sequences.ts";
import {
  firstRows,
  lastItems,
  prefixes,
  type QueryPart,
  type SequencePart,
  withoutLast,
} from "#engine/split/split-sequences.ts";
import { readFile } from "../files/read-file.ts";
import type { SequenceSettings } from "../options/sequence-options.ts";
import type { TuneOptions } from "../options/tune-options.ts";
import { UsageError } from "../options/usage-error.ts";
import type { Progress } from "../terminal/progress.ts";
import type { MeasureInput } from "./measure.ts";
import type { StudyData } from "./study-data.ts";

/** A study of what comes next, and what its winner is tested on. */
export interface SequenceStudy {
  readonly study: StudyData;
  /** Null without a test part. */
  readonly test: Pick<MeasureInput, "train" | "sequences" | "queries" | "test"> | null;
}

/** Share of the newest sessions that trials are measured on. */
const VALIDATION_SHARE = 0.05;

/** Reads and cuts files of sequences. Throws `UsageError` that names the file and the line. */
export async function readSequenceStudy(
  { data: path, test }: Pick<TuneOptions, "data" | "test">,
  settings: SequenceSettings,
  progress: Progress,
): Promise<SequenceStudy> {
  const data = await readFile(path, progress, buildSequences);
  if (settings.scheme === "next-item") return studyOfHistories(data, settings);
  return studyOfSessions(data, test === null ? null : await readFile(test, progress, buildSequences));
}

/** Validation takes the last item but one of each history, the test the last. */
function studyOfHistories(data: SequenceData, { refitsAllButLast }: SequenceSettings): SequenceStudy {
  const fitted = withoutLast(data, 2);
  const whole = refitsAllButLast ? withoutLast(data, 1) : fitted;
  return {
    study: {
      split: {
        config: { scheme: "next-item" },
        reason: "Of each line the last item but one is the next item.",
      },
      ...studyPartsOf(fitted, lastItems(data, 2), whole),
      nextItems: "histories",
    },
    test: testOf(whole, lastItems(data, 1)),
  };
}

/** Validation takes every step of the last sessions of the file, the test every step of another file. */
function studyOfSessions(data: SequenceData, test: SequenceData | null): SequenceStudy {
  const fitted = firstRows(data, 1 - VALIDATION_SHARE);
  const whole = firstRows(data, 1);
  const known = new Set(fitted.sequences.items);
  const first = Math.floor((1 - VALIDATION_SHARE) * data.rows.size);
  const isKnown = (item: number) => (known.has(item) ? item : -1);
  const asked = prefixes(data, data.items.size, first, isKnown, false);
  const reason = `Every step of the last ${100 * VALIDATION_SHARE} % of the sessions is a request.`;
  return {
    study: {
      split: { config: { scheme: "sessions" }, reason },
      ...studyPartsOf(fitted, asked, whole),
      nextItems: "sessions",
    },
    test: test && testOf(whole, prefixes(test, data.items.size, 0, indexIn(data, test), true)),
  };
}

/** What a person should know of the study before it begins, a sentence each. */
export function notesOn({ cut: { sequences, sessions } }: StudyData): string[] {
  const rows = sessions ?? sequences;
  if (!rows) return [];
  const held = heldSessions(rows);
  const count = rowCountOf(rows);
  return held < count
    ? [
        `SessionKNN learns from the newest ${held} of ${count} ${sessions ? "sessions" : "lines"}: more do not fit an isolate.`,
      ]
    : [];
}

function studyPartsOf(fitted: SequencePart, { queries, heldout }: QueryPart, whole: SequencePart) {
  const { userItems: train, sequences } = fitted;
  return {
    cut: { train, sequences, queries, validation: heldout },
    heldoutUserCount: heldout.rowCount,
    whole: whole.userItems,
  };
}

function testOf(
  { userItems, sequences }: SequencePart,
  { queries, heldout, unknownHeldout }: QueryPart,
): SequenceStudy["test"] {
  return { train: userItems, sequences, queries, test: { seen: userItems, heldout, unknownHeldout } };
}

/** The index of a test file's item in the training file; −1 for unknown ones. */
function indexIn(data: SequenceData, test: SequenceData): (item: number) => number {
  const indices = Int32Array.from({ length: test.items.size }, (_, item) =>
    data.items.indexOf(test.items.idAt(item)),
  );
  if (indices.every((index) => index < 0)) throw new UsageError("--test has no item of the training data.");
  return (item) => indices[item] as number;
}
