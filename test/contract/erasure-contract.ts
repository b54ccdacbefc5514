import { expect, it } from "vitest";
import { ALGORITHMS, type AlgorithmName, type AlgorithmParams } from "#contract/algorithms.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { type IdMap, IdMapBuilder } from "#engine/data/id-map.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { forgetUser } from "#engine/serve/forget-user.ts";
import { modelSections, servableOf } from "#engine/serve/model-artifact.ts";
import {
  fitModel,
  inputOf,
  matrixOf,
  profileOf,
  randomRows,
  scoreAll,
  vectorTable,
} from "../shared/engine/algorithms/fit-fixture.ts";

const ERASED = 17;
const OWN_ITEMS = [30, 31, 32];

export interface ErasureCase {
  readonly name: AlgorithmName;
  readonly params: AlgorithmParams;
  readonly kernels: Kernels;
  readonly prepare: (matrix: CsrMatrix) => CsrMatrix;
  /** False if scores include a mean over all users, which changes when one of them is erased. */
  readonly scoresStay: boolean;
}

/** A stored model keeps nothing of a single user after the user is erased. */
export function promiseErasure({ name, params, kernels, prepare, scoresStay }: ErasureCase): void {
  const matrix = prepare(worldOf(0));
  const storedOf = (world: CsrMatrix) => {
    const model = fitModel(name, { ...inputOf(world, kernels), ...tablesOf(name, world) }, params);
    const ids = { users: idsOf("user", world.rowCount), items: idsOf("item", world.columnCount) };
    return { own: model.encode(), all: modelSections(model, { ...ids, userItems: world, times: null }) };
  };
  const opened = (sections: readonly Section[]) =>
    servableOf({ kind: "model", meta: { algorithm: name }, sections: [...sections] }, kernels);
  const forgotten = (sections: readonly Section[]) => {
    const rest = forgetUser({ meta: { algorithm: name }, sections }, `user ${ERASED}`);
    if (rest === null) throw new Error("The model does not know the person to erase.");
    return rest;
  };

  it("names every section that grows with the number of users", () => {
    const [few, many] = [0, 4].map((empty) => storedOf(prepare(worldOf(empty))).own) as [
      Section[],
      Section[],
    ];
    const growing = many.filter(({ name: section, data }) => data.length !== lengthOf(few, section));
    const named = algorithmOf(name).storedUserRows(few);
    expect(named.map(({ indptr }) => indptr).sort()).toEqual(growing.map((one) => one.name).sort());
  });

  it("keeps no row of an erased user, and all other rows unchanged", () => {
    const { own, all } = storedOf(matrix);
    const rest = forgotten(all);
    for (const names of algorithmOf(name).storedUserRows(own)) {
      const rowsOf = (sections: readonly Section[], user: number) => {
        const indptr = dataOf(sections, names.indptr);
        const parts = names.values === undefined ? [names.indices] : [names.indices, names.values];
        return parts.map((part) => [...dataOf(sections, part).slice(indptr[user], indptr[user + 1])]);
      };
      expect(rowsOf(all, ERASED)[0]?.toSorted()).toEqual(OWN_ITEMS);
      expect(rowsOf(rest, ERASED).flat()).toEqual([]);
      expect(dataOf(rest, names.indices)).toHaveLength(dataOf(all, names.indices).length - OWN_ITEMS.length);
      for (let user = 0; user < matrix.rowCount; user++) {
        if (user !== ERASED) expect(rowsOf(rest, user)).toEqual(rowsOf(all, user));
      }
    }
  });

  it("scores all other users as before once a user is erased, and can still be stored", () => {
    const { all } = storedOf(matrix);
    const [before, after] = [opened(all), opened(forgotten(all))];
    expect(after.users.indexOf(`user ${ERASED}`)).toBe(-1);
    expect(profileOf(after.history, ERASED).indices).toHaveLength(0);
    const restored = algorithmOf(name).decode(after.model.encode(), kernels);
    expect(scoreAll(restored, matrix)).toEqual(scoreAll(after.model, matrix));
    if (!scoresStay) return;
    const others = (scores: Float32Array[]) => scores.toSpliced(ERASED, 1);
    expect(others(scoreAll(after.model, matrix))).toEqual(others(scoreAll(before.model, matrix)));
  });
}

/** A data set in which one user has items that no other user has. @param emptyUsers Added without interactions. */
function worldOf(emptyUsers: number): CsrMatrix {
  const rows = randomRows(40, OWN_ITEMS[0] as number, 7).map((row) => [...row, ...OWN_ITEMS.map(() => 0)]);
  rows[ERASED] = (rows[ERASED] as number[]).map((_, item) => (OWN_ITEMS.includes(item) ? item / 8 : 0));
  const empty = Array.from({ length: emptyUsers }, () => (rows[0] as number[]).map(() => 0));
  return matrixOf([...rows, ...empty]);
}

/** Labels of items that say nothing of users. */
function tablesOf(name: AlgorithmName, { columnCount }: CsrMatrix) {
  if (ALGORITHMS[name].needsTables.length !== 1) return {};
  const labels = Array.from({ length: columnCount }, (_, item) => [item % 3, item % 4, item % 5].map(Number));
  const isOfVectors = ALGORITHMS[name].needsTables.some((need) => need === "vectors");
  return { features: { items: isOfVectors ? vectorTable(labels) : matrixOf(labels) } };
}

function idsOf(kind: string, count: number): IdMap {
  const builder = new IdMapBuilder();
  for (let at = 0; at < count; at++) builder.intern(`${kind} ${at}`);
  return builder.finish();
}

function dataOf(sections: readonly Section[], name: string): Section["data"] {
  const section = sections.find((one) => one.name === name);
  if (!section) throw new Error(`There is no section ${name}.`);
  return section.data;
}

const lengthOf = (sections: readonly Section[], name: string) =>
  sections.find((one) => one.name === name)?.data.length;
