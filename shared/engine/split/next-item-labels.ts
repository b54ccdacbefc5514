/** Which places of a dataset's sequences are held out, for measurements by what comes next. */
import type { DatasetSequences } from "../data/dataset-sequences.ts";
import { nthSmallest } from "../data/nth-smallest.ts";
import { PART } from "./held-out-part.ts";
import { badSetting, isNextItem, type SplitConfig, shareOf } from "./split-config.ts";

/** How many next items of a request are relevant, unless a split says otherwise. */
const NEXT_ITEMS = 1;

export const nextItemCount = ({ n_heldout: count }: Pick<SplitConfig, "n_heldout">): number =>
  count ?? NEXT_ITEMS;

/** Whether known items may be recommended again: in sessions, which come back to them, unless a split says otherwise. */
export function keepsSeen({
  scheme,
  keeps_seen: keeps,
}: Pick<SplitConfig, "scheme" | "keeps_seen">): boolean {
  return keeps ?? scheme === "sessions";
}

/**
 * The part of each place. Test is cut first, then validation out of the remainder in the same way. Throws `BAD_PARAMETER` where a part
 * would be empty.
 *
 *  next-item  the last `n_heldout` items of a user, and as many before them; users with fewer than 2 · n_heldout + 1 places stay whole
 *  sessions   the newest sessions, by their beginnings; those that begin in one second stay together
 *  time       all places from one second on
 */
export function nextItemLabels(sequences: DatasetSequences, config: SplitConfig): Uint8Array {
  const { scheme } = config;
  if (!isNextItem(scheme)) throw new RangeError(`Scheme ${scheme} has no next items.`);
  if (sequences.items.length === 0)
    throw badSetting(`Scheme ${scheme} needs times, and no interaction has one.`);
  if (scheme === "next-item") return lastOfUsers(sequences, nextItemCount(config));
  const labels = new Uint8Array(sequences.items.length);
  const values = scheme === "sessions" ? startsOfPlaces(sequences) : sequences.seconds;
  const from = { test: 0, validation: 0 };
  const units = scheme === "sessions" ? startsOf(sequences) : sequences.seconds;
  from.test = cutOf(units, Number.POSITIVE_INFINITY, config, "test");
  from.validation = cutOf(units, from.test, config, "validation");
  for (const [place, value] of values.entries()) {
    if (value >= from.test) labels[place] = PART.test;
    else if (value >= from.validation) labels[place] = PART.validation;
  }
  return labels;
}

function lastOfUsers({ offsets, items }: DatasetSequences, count: number): Uint8Array {
  const labels = new Uint8Array(items.length);
  let users = 0;
  for (let user = 0; user + 1 < offsets.length; user++) {
    const end = offsets[user + 1] as number;
    if (end - (offsets[user] as number) < 2 * count + 1) continue;
    users++;
    labels.fill(PART.test, end - count, end);
    labels.fill(PART.validation, end - 2 * count, end - count);
  }
  if (users === 0)
    throw badSetting(
      `Scheme next-item holds nothing out: nobody has the ${2 * count + 1} interactions it takes.`,
    );
  return labels;
}

/** The second in which each session begins. */
function startsOf({ seconds, sessions, sessionCount }: DatasetSequences): Uint32Array {
  const starts = new Uint32Array(sessionCount).fill(2 ** 32 - 1);
  for (const [place, session] of sessions.entries())
    starts[session] = Math.min(starts[session] as number, seconds[place] as number);
  return starts;
}

function startsOfPlaces(sequences: DatasetSequences): Uint32Array {
  const starts = startsOf(sequences);
  return sequences.sessions.map((session) => starts[session] as number);
}

/** The value from which the newest share of those below `before` is held out. */
function cutOf(
  values: Uint32Array,
  before: number,
  { scheme, heldout_ratio: ratio }: SplitConfig,
  part: "test" | "validation",
): number {
  const left = Float64Array.from(values.filter((value) => value < before));
  const what = scheme === "sessions" ? "sessions" : "interactions";
  const count = shareOf(left.length, ratio);
  if (count === 0)
    throw badSetting(`heldout_ratio ${ratio} of ${left.length} ${what} is not one of them for ${part}.`);
  const oldest = left.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const cut = nthSmallest(left, left.length - count);
  if (cut > oldest) return cut;
  throw badSetting(
    `heldout_ratio ${ratio} leaves nothing to train on: all ${left.length} ${what} lie at or after the ${part} cut.`,
  );
}
