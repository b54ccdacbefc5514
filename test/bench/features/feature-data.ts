/**
 * Data sets with tables of items and users: interactions as they are, rows of the tables with names of columns. Items and users are
 * in a shuffled order, so that equal scores do not follow the order of a file, which often is one of popularity.
 */
import { readFileSync } from "node:fs";
import { parse } from "node:path";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import type { FeatureMatrix, SideFeatures } from "#engine/data/side-features.ts";
import { layoutOf } from "#engine/features/feature-layout.ts";
import { matrixOfVectors } from "#engine/features/feature-matrix.ts";
import type { FeatureRow } from "#engine/features/feature-row.ts";
import { encodeRow } from "#engine/features/feature-space.ts";
import { ColumnGuess } from "#engine/features/guess-columns.ts";
import { FeatureSpaceBuilder } from "#engine/features/space-builder.ts";
import { createRandom, shuffleInPlace } from "#engine/random.ts";

export interface FeatureData {
  readonly name: string;
  readonly userItems: CsrMatrix;
  readonly features: SideFeatures;
}

/** Interactions and tables, by ids. */
export interface RawData {
  readonly name: string;
  readonly interactions: readonly Interaction[];
  readonly items: Table;
  /** Null without a table. */
  readonly users: Table | null;
}

export type Table = ReadonlyMap<string, FeatureRow>;

export interface Interaction {
  readonly user: string;
  readonly item: string;
  readonly weight: number;
  /** Seconds; absent where the data have no times. */
  readonly time?: number;
}

const GENRES_FROM = 5;
const SHUFFLE_SEED = 12;
const SECONDS_PER_DAY = 86_400;

/** Every rating is an interaction. */
export function readMovieLens100k(folder: string): RawData {
  const base = `${folder}/ml-100k`;
  return {
    name: "ml-100k",
    interactions: linesOf(`${base}/u.data`, "latin1").map((line) => {
      const [user = "", item = "", , time] = line.split("\t");
      return { user, item, weight: 1, time: Number(time) };
    }),
    items: new Map(
      linesOf(`${base}/u.item`, "latin1").map((line) => {
        const [id = "", title, date, , address, ...genres] = line.split("|");
        const flags = genres.map((flag, at) => [`genre ${at + GENRES_FROM}`, flag]);
        return [id, { ...{ title, date, address }, ...Object.fromEntries(flags) }];
      }),
    ),
    users: new Map(
      linesOf(`${base}/u.user`, "latin1").map((line) => {
        const [id = "", age, sex, occupation, zip] = line.split("|");
        return [id, { age, sex, occupation, zip }];
      }),
    ),
  };
}

/** Every rating is an interaction. Films have titles and genres; nothing is known of people. */
export function readMovieLensSmall(folder: string): RawData {
  const base = `${folder}/ml-latest-small`;
  return {
    name: "ml-latest-small",
    interactions: linesOf(`${base}/ratings.csv`, "utf8", 1).map((line) => {
      const [user = "", item = "", , time] = line.split(",");
      return { user, item, weight: 1, time: Number(time) };
    }),
    items: new Map(
      linesOf(`${base}/movies.csv`, "utf8", 1).map((line) => {
        const [, id = "", title = "", genres = ""] = /^(\d+),(.*),([^,]*)$/.exec(line) ?? [];
        return [id, { title: title.replace(/^"|"$/g, "").replaceAll('""', '"'), genres }];
      }),
    ),
    users: null,
  };
}

/** Listening counts as weights. Artists have a name; the folder has no tags of artists. People have friends, as tags. */
export function readLastFm(folder: string): RawData {
  const base = `${folder}/hetrec2011-lastfm-2k`;
  const friends = new Map<string, string[]>();
  for (const line of linesOf(`${base}/user_friends.dat`, "latin1", 1)) {
    const [user = "", friend = ""] = line.split("\t");
    friends.set(user, [...(friends.get(user) ?? []), friend]);
  }
  return {
    name: parse(base).base,
    interactions: linesOf(`${base}/user_artists.dat`, "latin1", 1).map((line) => {
      const [user = "", item = "", weight] = line.split("\t");
      return { user, item, weight: Number(weight) };
    }),
    items: new Map(
      linesOf(`${base}/artists.dat`, "utf8", 1).map((line) => {
        const [id = "", name] = line.split("\t");
        return [id, { name }];
      }),
    ),
    users: new Map([...friends].map(([id, names]) => [id, { friends: names }])),
  };
}

/** Encodes the tables as the command does: columns are guessed. */
export function encode({ name, interactions, items, users }: RawData): FeatureData {
  const userIds = shuffled(interactions.map(({ user }) => user));
  const itemIds = shuffled(interactions.map(({ item }) => item));
  return {
    name,
    userItems: matrixOf(interactions, indexOf(userIds), indexOf(itemIds)),
    features: {
      items: featuresOf(itemIds, items),
      ...(users && { users: featuresOf(userIds, users) }),
    },
  };
}

function shuffled(ids: readonly string[]): string[] {
  const different = [...new Set(ids)].sort();
  shuffleInPlace(different, createRandom(SHUFFLE_SEED));
  return different;
}

function indexOf(ids: readonly string[]): ReadonlyMap<string, number> {
  return new Map(ids.map((id, index) => [id, index]));
}

function featuresOf(ids: readonly string[], table: Table): FeatureMatrix {
  const guess = new ColumnGuess();
  for (const row of table.values()) guess.add(row);
  const builder = new FeatureSpaceBuilder(guess.finish());
  for (const row of table.values()) builder.add(row);
  const space = builder.finish();
  const vectors = ids.map((id) => encodeRow(space, table.get(id) ?? {}));
  return { ...matrixOfVectors(vectors, space.size), layout: layoutOf(space) };
}

function linesOf(path: string, encoding: BufferEncoding, skip = 0): string[] {
  return readFileSync(path, encoding).trim().split(/\r?\n/).slice(skip);
}

function matrixOf(
  interactions: readonly Interaction[],
  users: ReadonlyMap<string, number>,
  items: ReadonlyMap<string, number>,
): CsrMatrix {
  const rows = interactions
    .map(({ user, item, weight, time = Number.NaN }) => {
      return { user: users.get(user) as number, item: items.get(item) as number, weight, time };
    })
    .sort((a, b) => a.user - b.user || a.item - b.item);
  const newest = rows.reduce((last, { time }) => (time > last ? time : last), 0);
  const indptr = new Uint32Array(users.size + 1);
  for (const { user } of rows) indptr[user + 1] = (indptr[user + 1] as number) + 1;
  for (let user = 0; user < users.size; user++) {
    indptr[user + 1] = (indptr[user + 1] as number) + (indptr[user] as number);
  }
  return {
    ...{ rowCount: users.size, columnCount: items.size, indptr },
    indices: Uint32Array.from(rows, ({ item }) => item),
    values: Float32Array.from(rows, ({ weight }) => weight),
    ...(newest > 0 && { ages: Float32Array.from(rows, ({ time }) => (newest - time) / SECONDS_PER_DAY) }),
  };
}
