/** Data sets with tables of items and users: interactions as they are, rows of the tables with names of columns. */
import { readFileSync } from "node:fs";
import type { CsrMatrix } from "../../../shared/engine/data/csr-matrix.ts";
import type { FeatureMatrix, SideFeatures } from "../../../shared/engine/data/side-features.ts";
import { layoutOf } from "../../../shared/engine/features/feature-layout.ts";
import { matrixOfVectors } from "../../../shared/engine/features/feature-matrix.ts";
import type { FeatureRow } from "../../../shared/engine/features/feature-row.ts";
import { encodeRow } from "../../../shared/engine/features/feature-space.ts";
import { ColumnGuess } from "../../../shared/engine/features/guess-columns.ts";
import { FeatureSpaceBuilder } from "../../../shared/engine/features/space-builder.ts";

export interface FeatureData {
  readonly name: string;
  readonly userItems: CsrMatrix;
  readonly features: SideFeatures;
}

const GENRES_FROM = 5;

/** Every rating is an interaction. Columns are guessed, as the command does. */
export function readMovieLens100k(folder: string): FeatureData {
  const rows = table(`${folder}/ml-100k/u.data`, "\t").map(([user, item]) => [
    Number(user) - 1,
    Number(item) - 1,
  ]);
  const movies = table(`${folder}/ml-100k/u.item`, "|").map(([, title, date, , address, ...genres]) => ({
    ...{ title, date, address },
    ...Object.fromEntries(genres.map((flag, at) => [`genre ${at + GENRES_FROM}`, flag])),
  }));
  const people = table(`${folder}/ml-100k/u.user`, "|").map(([, age, sex, occupation, zip]) => ({
    ...{ age, sex, occupation, zip },
  }));
  return {
    name: "ml-100k",
    userItems: matrixOfPairs(rows, people.length, movies.length),
    features: { items: featuresOf(movies), users: featuresOf(people) },
  };
}

/** Listening counts as weights. Artists have a name; the folder has no tags of artists. Users have friends, as tags. */
export function readLastFm(folder: string): FeatureData {
  const base = `${folder}/hetrec2011-lastfm-2k`;
  const [users, items] = [new Map<string, number>(), new Map<string, number>()];
  const indexIn = (map: Map<string, number>, id: string) => {
    const index = map.get(id) ?? map.size;
    map.set(id, index);
    return index;
  };
  const rows = table(`${base}/user_artists.dat`, "\t", 1).map(([user = "", item = "", weight]) => [
    indexIn(users, user),
    indexIn(items, item),
    Number(weight),
  ]);
  const names = new Map(table(`${base}/artists.dat`, "\t", 1).map(([id = "", name]) => [id, name]));
  const friends = new Map<string, string[]>();
  for (const [user = "", friend = ""] of table(`${base}/user_friends.dat`, "\t", 1)) {
    friends.set(user, [...(friends.get(user) ?? []), friend]);
  }
  return {
    name: "hetrec2011-lastfm-2k",
    userItems: matrixOfPairs(rows, users.size, items.size),
    features: {
      items: featuresOf([...items.keys()].map((id) => ({ name: names.get(id) }))),
      users: featuresOf([...users.keys()].map((id) => ({ friends: friends.get(id) ?? [] }))),
    },
  };
}

function featuresOf(rows: readonly FeatureRow[]): FeatureMatrix {
  const guess = new ColumnGuess();
  for (const row of rows) guess.add(row);
  const builder = new FeatureSpaceBuilder(guess.finish());
  for (const row of rows) builder.add(row);
  const space = builder.finish();
  const vectors = rows.map((row) => encodeRow(space, row));
  return { ...matrixOfVectors(vectors, space.size), layout: layoutOf(space) };
}

function table(path: string, separator: string, skip = 0): string[][] {
  return readFileSync(path, "latin1")
    .trim()
    .split(/\r?\n/)
    .slice(skip)
    .map((line) => line.split(separator));
}

function matrixOfPairs(rows: readonly number[][], rowCount: number, columnCount: number): CsrMatrix {
  const sorted = rows.toSorted(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d);
  const indptr = new Uint32Array(rowCount + 1);
  for (const [user = 0] of sorted) indptr[user + 1] = (indptr[user + 1] as number) + 1;
  for (let user = 0; user < rowCount; user++) {
    indptr[user + 1] = (indptr[user + 1] as number) + (indptr[user] as number);
  }
  return {
    ...{ rowCount, columnCount, indptr },
    indices: Uint32Array.from(sorted, ([, item = 0]) => item),
    values: Float32Array.from(sorted, ([, , weight = 1]) => weight),
  };
}
