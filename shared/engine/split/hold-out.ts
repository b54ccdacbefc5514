import type { CsrMatrix } from "../data/csr-matrix.ts";
import { nthSmallest } from "../data/nth-smallest.ts";
import { type Random, shuffleInPlace } from "../random.ts";
import { type HeldOutPart, type HoldOut, PART, type Steps } from "./held-out-part.ts";
import { holdOutCold } from "./hold-out-cold.ts";
import { badSetting, isCold, type SplitConfig, type SplitInput, shareOf } from "./split-config.ts";

export { type HeldOutPart, type HoldOut, PART, type Steps } from "./held-out-part.ts";

// Users handled between two yields: 2 to 7 ms for users with 30 interactions.
const USERS_PER_STEP = 1_000;

/**
 * Moves entries from train to one part, by the scheme of `config`. Called for `test` first, then for `validation`, which sees
 * only the remaining entries.
 *
 * @param parts Part of each entry; overwritten.
 */
export function* holdOut(
  dataset: SplitInput,
  config: SplitConfig,
  part: HeldOutPart,
  parts: Uint8Array,
  random: Random,
): Steps<HoldOut> {
  const { scheme } = config;
  if (isCold(scheme)) return yield* holdOutCold(dataset, { ...config, scheme, part }, parts, random);
  return scheme === "TG"
    ? yield* holdOutFromOneMoment(dataset, config, part, parts, random)
    : yield* holdOutPerUser(dataset, config, part, parts, random);
}

/** RG and TU. A user keeps at least one entry in train, so nothing is held out of a user with a single one. */
function* holdOutPerUser(
  { userItems, times }: SplitInput,
  config: SplitConfig,
  part: HeldOutPart,
  parts: Uint8Array,
  random: Random,
): Steps<HoldOut> {
  const chosen = choosePerUser(
    userItems.rowCount,
    (user) => trainEntryCount(userItems, parts, user),
    config,
    part,
    random,
  );
  yield* holdOutOfUsers({ userItems, times }, config, { part, users: chosen }, parts, random);
  return { userCount: chosen.length, cutAt: null };
}

/** RG and TU: how many of a user's entries in train are held out. */
export function heldOutCount(config: SplitConfig, entryCount: number): number {
  return Math.min(config.n_heldout ?? shareOf(entryCount, config.heldout_ratio), entryCount - 1);
}

/**
 * RG and TU: the users whose entries are held out, ascending. Throws `BAD_PARAMETER` when there are none.
 * @param entryCountOf Entries of a user that are still in train.
 */
export function choosePerUser(
  userCount: number,
  entryCountOf: (user: number) => number,
  config: SplitConfig,
  part: HeldOutPart,
  random: Random,
): number[] {
  const users: number[] = [];
  for (let user = 0; user < userCount; user++) {
    if (heldOutCount(config, entryCountOf(user)) > 0) users.push(user);
  }
  if (users.length === 0) throw nothingHeldOut(config, part);
  return chooseUsers(users, config, random);
}

/** RG and TU: holds entries of these users out, ascending; all of them or, by blocks, those of a block. */
export function* holdOutOfUsers(
  { userItems, times }: Pick<SplitInput, "userItems" | "times">,
  config: SplitConfig,
  { part, users }: { readonly part: HeldOutPart; readonly users: ArrayLike<number> },
  parts: Uint8Array,
  random: Random,
): Steps<void> {
  for (let at = 0; at < users.length; at++) {
    if (at % USERS_PER_STEP === 0) yield;
    const entries = trainEntries(userItems, parts, users[at] as number);
    shuffleInPlace(entries, random);
    // The sort is stable, so the shuffle decides between entries of the same time.
    if (config.scheme === "TU" && times) entries.sort((a, b) => timeAt(times, b) - timeAt(times, a));
    const count = heldOutCount(config, entries.length);
    for (const entry of entries.slice(0, count)) parts[entry] = PART[part];
  }
}

/** Draws what `holdOutOfUsers` draws for a user with `entryCount` entries in train. */
export function skipUser(entryCount: number, random: Random): void {
  for (let last = entryCount - 1; last > 0; last--) random.below(last + 1);
}

/**
 * TG. For users who were not chosen, entries at or after the cut become `unused`. They are in the future of the model, so it
 * must not learn from them.
 */
function* holdOutFromOneMoment(
  { userItems, times }: SplitInput,
  config: SplitConfig,
  part: HeldOutPart,
  parts: Uint8Array,
  random: Random,
): Steps<HoldOut> {
  if (!times) throw badSetting("scheme TG needs times.");
  const cutAt = findCut(times, config, part, parts);
  yield;
  const heldOut = entriesFrom(cutAt, userItems, times, parts);
  const chosen = new Set(chooseUsers([...heldOut.keys()], config, random));
  yield;
  for (const [user, entries] of heldOut) {
    for (const entry of entries) parts[entry] = chosen.has(user) ? PART[part] : PART.unused;
  }
  return { userCount: chosen.size, cutAt };
}

/** Entries still in train that happened at or after a moment, by user; users without any are left out. */
function entriesFrom(
  moment: number,
  { rowCount, indptr }: CsrMatrix,
  times: Float64Array,
  parts: Uint8Array,
): Map<number, number[]> {
  const byUser = new Map<number, number[]>();
  for (let user = 0; user < rowCount; user++) {
    const entries: number[] = [];
    for (let entry = indptr[user] as number; entry < (indptr[user + 1] as number); entry++) {
      if (parts[entry] === PART.train && timeAt(times, entry) >= moment) entries.push(entry);
    }
    if (entries.length > 0) byUser.set(user, entries);
  }
  return byUser;
}

/** The (1 − heldout_ratio) quantile of the times still in train: the smallest time among the newest share of entries. */
function findCut(times: Float64Array, config: SplitConfig, part: HeldOutPart, parts: Uint8Array): number {
  const left = new Float64Array(times.length);
  let count = 0;
  let earliest = Number.POSITIVE_INFINITY;
  for (let entry = 0; entry < times.length; entry++) {
    if (parts[entry] !== PART.train) continue;
    left[count++] = timeAt(times, entry);
    earliest = Math.min(earliest, timeAt(times, entry));
  }
  const heldOutCount = shareOf(count, config.heldout_ratio);
  if (heldOutCount === 0) throw nothingHeldOut(config, part);
  const cutAt = nthSmallest(left.subarray(0, count), count - heldOutCount);
  if (cutAt <= earliest) {
    throw badSetting(
      `heldout_ratio ${config.heldout_ratio} leaves nothing to train on: all ${count} interactions lie at or after the ${part} cut.`,
    );
  }
  return cutAt;
}

/** Draws the users whose entries are held out; ascending. */
function chooseUsers(users: number[], config: SplitConfig, random: Random): number[] {
  const wanted = config.n_test_users ?? shareOf(users.length, config.test_user_ratio);
  if (wanted === 0) {
    throw badSetting(
      `test_user_ratio ${config.test_user_ratio} of ${users.length} users with something to hold out selects no user.`,
    );
  }
  if (wanted >= users.length) return users;
  shuffleInPlace(users, random);
  return users.slice(0, wanted).sort((a, b) => a - b);
}

function nothingHeldOut(config: SplitConfig, part: HeldOutPart): Error {
  const rest = part === "validation" ? " after the test part was taken" : "";
  if (config.scheme === "TG") {
    return badSetting(
      `heldout_ratio ${config.heldout_ratio} of all interactions${rest} is not one interaction for ${part}.`,
    );
  }
  const [setting, needed] =
    config.n_heldout === null
      ? [`heldout_ratio ${config.heldout_ratio}`, Math.max(2, Math.ceil(1 / config.heldout_ratio - 1e-9))]
      : [`n_heldout ${config.n_heldout}`, 2];
  return badSetting(
    `${setting} holds nothing out for ${part}: no user has the ${needed} interactions it takes${rest}.`,
  );
}

function trainEntries({ indptr }: CsrMatrix, parts: Uint8Array, user: number): number[] {
  const entries: number[] = [];
  for (let entry = indptr[user] as number; entry < (indptr[user + 1] as number); entry++) {
    if (parts[entry] === PART.train) entries.push(entry);
  }
  return entries;
}

function trainEntryCount({ indptr }: CsrMatrix, parts: Uint8Array, user: number): number {
  let count = 0;
  for (let entry = indptr[user] as number; entry < (indptr[user + 1] as number); entry++) {
    if (parts[entry] === PART.train) count++;
  }
  return count;
}

function timeAt(times: Float64Array, entry: number): number {
  return times[entry] as number;
}
