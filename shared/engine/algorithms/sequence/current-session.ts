/**
 * Models that are fitted on sessions are asked by a session: of a person's history and live events, what stands after the last pause that is
 * longer than any within a session of the training. So they are served what an evaluation by sessions measures, whichever gap or column
 * cut the sessions. The profile keeps its places in explanations; those before the session contribute nothing.
 */
import type { Section } from "../../artifact/section.ts";
import type { Sequences } from "../../data/sequences.ts";
import type { Model, Profile } from "../fit/algorithm.ts";
import { requireFinite, requireSection } from "../fit/sections.ts";

const PAUSE = "current-session.pause";
/** Ages of years are as exact as this, in days. */
const ROUNDING_DAYS = 1e-3;

/** The longest pause within a row, in days; null where times are not known or no row has two places. */
export function longestPause({ offsets, ages }: Pick<Sequences, "offsets" | "ages">): number | null {
  if (!ages) return null;
  let longest = -1;
  for (let row = 0; row + 1 < offsets.length; row++)
    for (let place = (offsets[row] as number) + 1; place < (offsets[row + 1] as number); place++)
      longest = Math.max(longest, (ages[place - 1] as number) - (ages[place] as number));
  return longest < 0 ? null : longest;
}

/** What a profile says of its newest session; itself where it has no times, or is one session. */
export function currentSession(profile: Profile, pauseDays: number): Profile {
  const { recent, indices, weights } = profile;
  const daysAgo = recent?.daysAgo;
  if (!recent || !daysAgo) return profile;
  let first = recent.items.length - 1;
  const isNear = (place: number) =>
    (daysAgo[place - 1] as number) - (daysAgo[place] as number) <= pauseDays + ROUNDING_DAYS;
  while (first > 0 && isNear(first)) first--;
  if (first <= 0) return profile;
  const items = recent.items.subarray(first);
  const own = new Set(items);
  const places = Uint32Array.from(indices.keys()).filter((at) => own.has(indices[at] as number));
  return {
    ...profile,
    indices: places.map((at) => indices[at] as number),
    weights: Float32Array.from(places, (at) => weights[at] as number),
    recent: { items, daysAgo: daysAgo.subarray(first) },
  };
}

/** The model asked by the newest session of a profile. @param pauseDays As `longestPause` gives it; null: by all of the profile. */
export function askedBySession(model: Model, pauseDays: number | null): Model {
  if (pauseDays === null) return model;
  const { shortlist, contributionsInto } = model;
  return {
    ...model,
    scoreProfileInto: (profile, out) => model.scoreProfileInto(currentSession(profile, pauseDays), out),
    scoreUserInto: (userIndex, profile, out) =>
      model.scoreUserInto(userIndex, currentSession(profile, pauseDays), out),
    ...(shortlist && { shortlist: (profile) => shortlist(currentSession(profile, pauseDays)) }),
    ...(contributionsInto && {
      contributionsInto(profile, item, out) {
        const session = currentSession(profile, pauseDays);
        const own = new Float64Array(session.indices.length);
        if (!contributionsInto(session, item, own)) return false;
        out.fill(0);
        for (const [at, known] of session.indices.entries())
          out[profile.indices.indexOf(known)] = own[at] as number;
        return true;
      },
    }),
    encode: (options) => [{ name: PAUSE, data: Float64Array.of(pauseDays) }, ...model.encode(options)],
  };
}

/** Restores it from the sections of the model. Throws `BAD_ARTIFACT`. */
export function withStoredPause(model: Model, sections: readonly Section[]): Model {
  if (!sections.some(({ name }) => name === PAUSE)) return model;
  const pause = requireSection(sections, PAUSE, Float64Array, 1);
  requireFinite(PAUSE, pause);
  return askedBySession(model, pause[0] as number);
}
