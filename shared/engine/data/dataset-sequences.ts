/**
 * What the users of a dataset took, in its order, with repeats: the matrix holds each pair of user and item once. Every place belongs to a
 * session. Rows of zero or below and rows without a time have no place.
 */
import { sectionOf } from "../artifact/decode-artifact.ts";
import { badArtifact } from "../artifact/format.ts";
import type { Section } from "../artifact/section.ts";
import type { Sequences } from "./sequences.ts";

export interface DatasetSequences {
  /** User u has the places `offsets[u] … offsets[u + 1])`, oldest first; at the same time, in the order of item ids. */
  readonly offsets: Uint32Array;
  readonly items: Uint32Array;
  /** Of each place, since 1970. Earlier times are 0, and those after 2106 the largest value: their order stays. */
  readonly seconds: Uint32Array;
  /** The session of each place. A session is one user's; its places need not lie side by side. Numbers rise with the first place. */
  readonly sessions: Uint32Array;
  readonly sessionCount: number;
}

const SECTIONS = "dataset.sequences";
const SECONDS_PER_DAY = 86_400;

export function sequenceSections({ offsets, items, seconds, sessions }: DatasetSequences): Section[] {
  return [
    { name: `${SECTIONS}/offsets`, data: offsets },
    { name: `${SECTIONS}/items`, data: items },
    { name: `${SECTIONS}/seconds`, data: seconds },
    { name: `${SECTIONS}/sessions`, data: sessions },
  ];
}

export function isSectionOfSequences(name: string): boolean {
  return name.startsWith(`${SECTIONS}/`);
}

/** Null in datasets without times, and in those of earlier releases. Throws BAD_ARTIFACT. */
export function sequencesOf(
  sections: readonly Section[],
  userCount: number,
  itemCount: number,
): DatasetSequences | null {
  if (!sections.some(({ name }) => isSectionOfSequences(name))) return null;
  const [offsets, items, seconds, sessions] = ["offsets", "items", "seconds", "sessions"].map((part) =>
    sectionOf({ sections }, `${SECTIONS}/${part}`, Uint32Array),
  ) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  const { length } = items;
  if (offsets.length !== userCount + 1 || offsets[0] !== 0 || offsets[userCount] !== length)
    throw badArtifact(`The sequences of the dataset are not those of ${userCount} users.`);
  if (seconds.length !== length || sessions.length !== length)
    throw badArtifact("The sequences of the dataset differ in length.");
  if (offsets.some((offset, at) => at > 0 && offset < (offsets[at - 1] as number)))
    throw badArtifact("The sequences of the dataset are not in the order of users.");
  if (items.some((item) => item >= itemCount))
    throw badArtifact("The sequences of the dataset name unknown items.");
  const sessionCount = sessions.reduce((most, session) => Math.max(most, session + 1), 0);
  if (sessionCount > length) throw badArtifact("The dataset has more sessions than places.");
  return { offsets, items, seconds, sessions, sessionCount };
}

/** Everything that each user took, in one row. @param newestMs Ages count from it; later places have the age 0. */
export function userSequences(sequences: DatasetSequences, newestMs: number): Sequences {
  const { offsets, items, seconds } = sequences;
  return { offsets, items, ages: agesOf(seconds, newestMs), areRowsInOrder: false };
}

/**
 * A row for each session, later ones being newer. Null where fewer than half of the places stand in a session with others: such times are
 * too coarse to tell sittings apart, and a history says more.
 */
export function sessionSequences(sequences: DatasetSequences, newestMs: number): Sequences | null {
  const { items, seconds, sessions, sessionCount } = sequences;
  const offsets = new Uint32Array(sessionCount + 1);
  for (const session of sessions) offsets[session + 1] = (offsets[session + 1] as number) + 1;
  let alone = 0;
  for (let session = 0; session < sessionCount; session++) {
    if (offsets[session + 1] === 1) alone++;
    offsets[session + 1] = (offsets[session + 1] as number) + (offsets[session] as number);
  }
  if (2 * alone > items.length || items.length === 0) return null;
  const next = offsets.slice(0, sessionCount);
  const ordered = new Uint32Array(items.length);
  const times = new Uint32Array(items.length);
  for (let place = 0; place < items.length; place++) {
    const session = sessions[place] as number;
    const target = next[session] as number;
    next[session] = target + 1;
    ordered[target] = items[place] as number;
    times[target] = seconds[place] as number;
  }
  return { offsets, items: ordered, ages: agesOf(times, newestMs), areRowsInOrder: true };
}

function agesOf(seconds: Uint32Array, newestMs: number): Float32Array {
  const newest = newestMs / 1000;
  return Float32Array.from(seconds, (second) => Math.max(0, newest - second) / SECONDS_PER_DAY);
}

/** The places that pass; users keep their rows. @param isKept Of a place, with its user. */
export function keepPlaces(
  sequences: DatasetSequences,
  isKept: (place: number, user: number) => boolean,
): DatasetSequences {
  const { offsets, items, seconds, sessions, sessionCount } = sequences;
  const kept = new Uint32Array(items.length);
  const ends = new Uint32Array(offsets.length);
  let count = 0;
  for (let user = 0; user + 1 < offsets.length; user++) {
    for (let place = offsets[user] as number; place < (offsets[user + 1] as number); place++)
      if (isKept(place, user)) kept[count++] = place;
    ends[user + 1] = count;
  }
  const places = kept.subarray(0, count);
  const newNumbers = renumbered(sessions, places, sessionCount);
  return {
    offsets: ends,
    items: Uint32Array.from(places, (place) => items[place] as number),
    seconds: Uint32Array.from(places, (place) => seconds[place] as number),
    sessions: Uint32Array.from(places, (place) => newNumbers.of[sessions[place] as number] as number),
    sessionCount: newNumbers.count,
  };
}

/** Sessions without a place go; the others keep their order. */
function renumbered(sessions: Uint32Array, places: Uint32Array, sessionCount: number) {
  const of = new Uint32Array(sessionCount);
  for (const place of places) of[sessions[place] as number] = 1;
  let count = 0;
  for (let session = 0; session < sessionCount; session++) if (of[session] === 1) of[session] = count++;
  return { of, count };
}
