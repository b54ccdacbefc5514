/** Tracks on albums, and people who play albums in order. The same seed gives the same sample. */
import { createRandom, type Random } from "#engine/random.ts";
import type { Vocabulary } from "./words.ts";

export interface AlbumTrack {
  readonly id: string;
  readonly title: string;
  readonly artist: string;
  readonly album: string;
  /** On its album, from 1. */
  readonly place: number;
}

export interface Walks {
  readonly items: readonly AlbumTrack[];
  /** In the order of time; seconds since 1970. */
  readonly plays: readonly { readonly person: string; readonly item: string; readonly at: number }[];
}

const ALBUMS = 12;
const TRACKS_EACH = 10;
const PEOPLE = 200;
const SITTINGS = 3;
const PLAYS_EACH = 8;
/** How often the next track of the album follows. The others begin another album, or go on anywhere. */
const IN_ORDER = 0.85;
const FIRST_DAY = 1_780_000_000;
const DAY_SECONDS = 86_400;
const TRACK_SECONDS = 200;

export function makeWalks({ firsts, seconds, makers, kinds }: Vocabulary, seed: number): Walks {
  const random = createRandom(seed);
  const names = Object.keys(kinds);
  const items = Array.from({ length: ALBUMS * TRACKS_EACH }, (_, at): AlbumTrack => {
    const album = Math.floor(at / TRACKS_EACH);
    const place = at % TRACKS_EACH;
    return {
      id: `q${at + 1}`,
      title: `${firsts[(album + place) % firsts.length]} ${seconds[place % seconds.length]}`,
      artist: makers[album % makers.length] ?? "",
      album: `${firsts[album]} ${names[album % names.length]}`,
      place: place + 1,
    };
  });
  const plays = Array.from({ length: PEOPLE * SITTINGS }, (_, sitting) => {
    const person = `listener-${(sitting % PEOPLE) + 1}`;
    const began = FIRST_DAY + DAY_SECONDS * Math.floor(sitting / PEOPLE) + random.below(DAY_SECONDS / 2);
    return sittingOf(random, items.length).map((track, at) => ({
      ...{ person, item: items[track]?.id ?? "", at: began + TRACK_SECONDS * at },
    }));
  }).flat();
  return { items, plays: plays.sort((a, b) => a.at - b.at) };
}

/** Places of tracks in the order in which they are played. */
function sittingOf(random: Random, trackCount: number): number[] {
  let track = random.below(trackCount);
  return Array.from({ length: PLAYS_EACH }, () => {
    const played = track;
    const goesOn = random.next() < IN_ORDER && (track + 1) % TRACKS_EACH !== 0;
    track = goesOn ? track + 1 : TRACKS_EACH * random.below(ALBUMS);
    return played;
  });
}

export function playsCsv({ plays }: Walks): string {
  return ["person,item,at", ...plays.map(({ person, item, at }) => `${person},${item},${at}`)].join("\n");
}
