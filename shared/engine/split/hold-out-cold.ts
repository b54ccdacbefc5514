import { type Random, shuffleInPlace } from "../random.ts";
import { type HeldOutPart, type HoldOut, PART, type Steps } from "./held-out-part.ts";
import { badSetting, type ColdScheme, type SplitConfig, type SplitInput, shareOf } from "./split-config.ts";

interface ColdHoldOut extends Pick<SplitConfig, "heldout_ratio"> {
  readonly scheme: ColdScheme;
  readonly part: HeldOutPart;
}

/** Moves all entries of a share of the items, or of the users, that have entries in train. */
export function* holdOutCold(
  { userItems }: SplitInput,
  { scheme, heldout_ratio: ratio, part }: ColdHoldOut,
  parts: Uint8Array,
  random: Random,
): Steps<HoldOut> {
  const isItems = scheme === "cold-items";
  const owners = isItems ? userItems.indices : rowsOfEntries(userItems);
  yield;
  const known = new Uint8Array(isItems ? userItems.columnCount : userItems.rowCount);
  for (let entry = 0; entry < owners.length; entry++) {
    if (parts[entry] === PART.train) known[owners[entry] as number] = 1;
  }
  const candidates = Array.from(known.keys()).filter((owner) => known[owner] === 1);
  const count = shareOf(candidates.length, ratio);
  if (count === 0 || count === candidates.length) {
    const what = `heldout_ratio ${ratio} of ${candidates.length} ${isItems ? "items" : "users"}`;
    throw badSetting(
      `${what} ${count === 0 ? `is not one of them for ${part}` : "leaves nothing to train on"}.`,
    );
  }
  shuffleInPlace(candidates, random);
  const cold = Uint32Array.from(candidates.slice(0, count)).sort();
  yield;
  known.fill(0);
  for (const owner of cold) known[owner] = 1;
  for (let entry = 0; entry < owners.length; entry++) {
    if (parts[entry] === PART.train && known[owners[entry] as number] === 1) parts[entry] = PART[part];
  }
  yield;
  return { userCount: usersWith(userItems, parts, PART[part]), cutAt: null, ...(isItems && { items: cold }) };
}

type Matrix = SplitInput["userItems"];

/** The user of each entry. */
function rowsOfEntries({ rowCount, indptr, indices }: Matrix): Uint32Array {
  const rows = new Uint32Array(indices.length);
  for (let row = 0; row < rowCount; row++) rows.fill(row, indptr[row], indptr[row + 1]);
  return rows;
}

function usersWith({ rowCount, indptr }: Matrix, parts: Uint8Array, part: number): number {
  let count = 0;
  for (let user = 0; user < rowCount; user++) {
    if (parts.subarray(indptr[user], indptr[user + 1]).includes(part)) count++;
  }
  return count;
}
