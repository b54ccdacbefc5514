/** Readers of the public data sets that the quality bench measures on, from the folder it is given. */
import { readFileSync } from "node:fs";
import type { CsrMatrix } from "../../shared/engine/data/csr-matrix.ts";

/** The train and test part of a benchmark. */
export interface BenchData {
  readonly train: CsrMatrix;
  readonly test: CsrMatrix;
}

/** Gowalla in the LightGCN split. */
export function readGowalla(folder: string): BenchData {
  const [train, test] = ["train", "test"].map((part) => readAdjacency(`${folder}/gowalla/${part}.txt`));
  return withSharedShape(train as number[][], test as number[][]);
}

/** 90 % of Gowalla's train part, the last `ratio` of each user's list held out for validation. */
export function readGowallaHoldout(folder: string, ratio: number): BenchData {
  const lists = readAdjacency(`${folder}/gowalla/train90-in-order.txt`);
  const cuts = lists.map(
    (list) => list.length - Math.min(list.length - 1, Math.max(1, Math.round(ratio * list.length))),
  );
  return withSharedShape(
    lists.map((list, user) => list.slice(0, cuts[user])),
    lists.map((list, user) => list.slice(cuts[user])),
  );
}

/** ML-100K, a fixed hold-out of 20 % of each user's ratings; every rating counts as one interaction. */
export function readMovieLens(folder: string): BenchData {
  const [train, test] = ["train", "test"].map((part) => {
    const lists: number[][] = [];
    for (const line of lines(`${folder}/golden/irspack-ml-100k/${part}.tsv`)) {
      const [user = 0, item = 0] = line.split("\t").map(Number);
      const list = lists[user - 1] ?? [];
      lists[user - 1] = list;
      list.push(item - 1);
    }
    return Array.from(lists, (list) => list ?? []);
  });
  return withSharedShape(train as number[][], test as number[][]);
}

function readAdjacency(path: string): number[][] {
  const lists: number[][] = [];
  for (const line of lines(path)) {
    const [user = 0, ...items] = line.trim().split(" ").map(Number);
    lists[user] = items;
  }
  return Array.from(lists, (list) => list ?? []);
}

function lines(path: string): string[] {
  return readFileSync(path, "utf8").trim().split("\n");
}

function withSharedShape(train: number[][], test: number[][]): BenchData {
  const userCount = Math.max(train.length, test.length);
  let itemCount = 0;
  for (const list of [...train, ...test]) for (const item of list) itemCount = Math.max(itemCount, item + 1);
  const [first, second] = [train, test].map((lists) => matrixOf(lists, userCount, itemCount));
  return { train: first as CsrMatrix, test: second as CsrMatrix };
}

function matrixOf(lists: number[][], rowCount: number, columnCount: number): CsrMatrix {
  const indptr = new Uint32Array(rowCount + 1);
  const sorted = Array.from({ length: rowCount }, (_, user) =>
    [...new Set(lists[user] ?? [])].sort((a, b) => a - b),
  );
  for (const [user, list] of sorted.entries()) indptr[user + 1] = (indptr[user] as number) + list.length;
  const indices = Uint32Array.from(sorted.flat());
  return { rowCount, columnCount, indptr, indices, values: new Float32Array(indices.length).fill(1) };
}
