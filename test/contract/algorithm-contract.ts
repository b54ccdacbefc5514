import { afterEach, describe, expect, it } from "vitest";
import { type AlgorithmName, type AlgorithmParams, isBlend } from "#contract/algorithms.ts";
import type { Model } from "#engine/algorithms/fit/algorithm.ts";
import { requireFiniteSections } from "#engine/algorithms/fit/finite-fit.ts";
import { KernelSection } from "#engine/algorithms/fit/kernel-section.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { finishSteps } from "#engine/in-steps.ts";
import { createRandom, shuffleInPlace } from "#engine/random.ts";
import { copyOf } from "../setup/copy-of.ts";
import {
  checkerboardRows,
  fitModel,
  inputOf,
  matrixOf,
  profileOf,
  randomRows,
  runToEnd,
  scoreAll,
  scoreProfile,
  withTables,
} from "../shared/engine/algorithms/fit-fixture.ts";
import { loadWasmKernels } from "../shared/engine/kernels/load-kernels.ts";
import { promiseErasure } from "./erasure-contract.ts";

export interface ContractTraits {
  /** False if every user gets the same list, so that nothing personal can be recovered. */
  readonly isPersonal?: boolean;
  /** True if random starting values belong to positions, so that permuting users or items changes more than rounding. */
  readonly isSeeded?: boolean;
  /** False if the order of a history decides, which the rows of a checkerboard do not have. */
  readonly recoversUnordered?: boolean;
  /** False if a score is not a sum over a user's interactions. */
  readonly isExplainable?: boolean;
  /** Other input that the algorithm needs for a matrix; it may depend only on the entries' weights. */
  readonly prepare?: (matrix: CsrMatrix) => CsrMatrix;
  /** The largest difference of a folded-in profile from the fit's own user, as a share of the largest score. */
  readonly foldInTolerance?: number;
  /** False if scores include a mean over all users, which changes when one of them is erased. */
  readonly scoresStayAfterErasure?: boolean;
}

/** What every algorithm promises to the rest of the engine. */
export function describeAlgorithmContract(
  name: AlgorithmName,
  params: AlgorithmParams,
  {
    isPersonal = true,
    isSeeded = false,
    isExplainable = true,
    recoversUnordered = true,
    foldInTolerance = 0.5,
    scoresStayAfterErasure: scoresStay = true,
    prepare = (same) => same,
  }: ContractTraits = {},
): void {
  const kernels = loadWasmKernels();
  const algorithm = algorithmOf(name);
  const matrix = matrixOf(randomRows(40, 30, 7));
  const input = (userItems: CsrMatrix = matrix, seed = 42) =>
    withTables(name, inputOf(prepare(userItems), kernels, seed));

  /** As a trainer reads them. */
  const inKernels = (sections: readonly Section[]): Section[] =>
    sections.map((section) => {
      const { name: sectionName, data } = section;
      if (!(data instanceof Float32Array && algorithm.kernelSections?.includes(sectionName))) return section;
      const buffer = kernels.allocF32(data.length);
      buffer.view.set(data);
      return new KernelSection(sectionName, buffer);
    });

  afterEach(() => kernels.freeAll());

  describe(`${name} keeps the contract of algorithms: it`, () => {
    it("gives the same bytes for the same seed", () => {
      const [first, second] = [0, 1].map(() => fitModel(name, input(), params).encode());
      expect(second).toEqual(first);
    });

    it("scores equally after encode and decode", () => {
      const model = fitModel(name, input(), params);
      const restored = algorithm.decode(model.encode(), kernels);
      expect(restored.algorithm).toBe(name);
      expect(restored.itemCount).toBe(matrix.columnCount);
      expect(scoreAll(restored, matrix)).toEqual(scoreAll(model, matrix));
      const [similar, restoredSimilar] = [model, restored].map((one) => {
        const out = new Float32Array(matrix.columnCount);
        one.similarItemsInto(5, out);
        return out;
      });
      expect(restoredSimilar).toEqual(similar);
      expect(restored.encode()).toEqual(model.encode());
    });

    it("stores the same where it may give its memory away", () => {
      const expected = fitModel(name, input(), params).encode();
      expect(fitModel(name, input(), params).encode({ isLast: true })).toEqual(expected);
    });

    it("resumes from any step to the very same model", () => {
      const expected = fitModel(name, input(), params).encode();
      const whole = algorithm.begin(input(), params);
      while (!whole.done) {
        const checkpoint = copyOf(whole.checkpoint());
        const resumed = algorithm.resume(input(), params, checkpoint);
        expect(resumed.epoch).toBe(whole.epoch);
        expect(runToEnd(resumed).encode()).toEqual(expected);
        whole.step();
      }
      const finished = algorithm.resume(input(), params, copyOf(whole.checkpoint()));
      expect(runToEnd(finished).encode()).toEqual(expected);
    });

    it("takes over the sections of a checkpoint that lie in kernel memory, and names all large ones", () => {
      const expected = fitModel(name, input(), params).encode();
      const probe = kernels.allocU32(1);
      const task = algorithm.begin(input(), params);
      for (let step = 0; ; step++) {
        const checkpoint = task.checkpoint();
        for (const { name: section, data } of checkpoint) {
          // A blend copies its parts' state: a Worker trains and stores its parts alone (`part-by-part.ts`).
          if (data.buffer === probe.view.buffer && !isBlend(name))
            expect(algorithm.kernelSections).toContain(section);
        }
        if (step % 5 === 0 || task.done) {
          const before = kernels.allocatedBytes;
          const sections = inKernels(
            checkpoint.map((section) => ({ ...section, data: section.data.slice() })),
          );
          const resumed = algorithm.resume(input(), params, sections);
          for (const section of sections) if (section instanceof KernelSection) section.release();
          const model = runToEnd(resumed);
          expect(model.encode()).toEqual(expected);
          model.dispose();
          expect(kernels.allocatedBytes).toBe(before);
        }
        if (task.done) return;
        task.step();
      }
    });

    it("reports progress that rises from 0 to 1", () => {
      const task = algorithm.begin(input(), params);
      let last = task.progress;
      expect(last).toBe(0);
      while (!task.done) {
        task.step();
        expect(task.progress).toBeGreaterThanOrEqual(last);
        last = task.progress;
      }
      expect(last).toBe(1);
    });

    it("gives back all memory", () => {
      const task = algorithm.begin(input(), params);
      while (!task.done) task.step();
      const model = task.model();
      scoreAll(model, matrix);
      task.dispose();
      const before = scoreAll(model, matrix);
      expect(before.flatMap((scores) => [...scores]).every(Number.isFinite)).toBe(true);
      model.dispose();
      model.dispose();
      task.dispose();
      const interrupted = algorithm.begin(input(), params);
      interrupted.step();
      interrupted.dispose();
      expect(kernels.allocatedBytes).toBe(0);
    });

    it("scores a user of the training matrix close to their profile", () => {
      const model = fitModel(name, input(), params);
      const out = new Float32Array(matrix.columnCount);
      for (let user = 0; user < matrix.rowCount; user++) {
        const profile = profileOf(matrix, user);
        model.scoreUserInto(user, profile, out);
        const folded = scoreProfile(model, profile);
        const largest = Math.max(...folded.map(Math.abs), 0.01);
        for (let item = 0; item < out.length; item++) {
          const difference = Math.abs((out[item] as number) - (folded[item] as number));
          expect(difference / largest).toBeLessThan(foldInTolerance);
        }
      }
    });

    it("gives every item a finite score for people and items without interactions", () => {
      const model = fitModel(name, input(), params);
      const empty = { indices: new Uint32Array(0), weights: new Float32Array(0) };
      expect(scoreProfile(model, empty).every(Number.isFinite)).toBe(true);
      for (const scores of scoreAll(model, matrix)) expect(scores.every(Number.isFinite)).toBe(true);
      const out = new Float32Array(matrix.columnCount);
      for (let item = 0; item < matrix.columnCount; item++) {
        model.similarItemsInto(item, out);
        expect(out.every(Number.isFinite)).toBe(true);
        expect(out[item]).toBe(0);
      }
    });

    it("splits a score into the contributions of the interactions, where the algorithm allows it", () => {
      const model = fitModel(name, input(), params);
      const scores = new Float32Array(matrix.columnCount);
      for (let user = 0; user < 10; user++) {
        const profile = profileOf(matrix, user);
        // A blend whose parts have no explanation has none either.
        if (!isExplainable && profile.indices.length === 0) continue;
        model.scoreProfileInto(profile, scores);
        const largest = Math.max(...scores.map(Math.abs));
        for (let item = 0; item < matrix.columnCount; item += 3) {
          const parts = new Float64Array(profile.indices.length);
          expect(model.contributionsInto?.(profile, item, parts) ?? false).toBe(isExplainable);
          if (!isExplainable) continue;
          const sum = parts.reduce((all, part) => all + part, 0);
          expect(Math.abs(sum - (scores[item] as number))).toBeLessThanOrEqual(1e-3 * largest);
        }
      }
    });

    it("survives one user with one item", () => {
      const one = matrixOf([[3]]);
      const model = fitModel(name, input(one), params);
      expect(scoreProfile(model, profileOf(one, 0)).every(Number.isFinite)).toBe(true);
      expect(algorithm.decode(model.encode(), kernels).itemCount).toBe(1);
    });

    it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])("refuses a weight of %d", (weight) => {
      const bad = matrixOf([
        [1, weight],
        [1, 1],
      ]);
      expect(() => algorithm.begin(input(bad), params)).toThrow(
        expect.objectContaining({ code: "BAD_DATA" }),
      );
    });

    it("refuses an empty matrix and unknown hyperparameters", () => {
      const empty = matrixOf([[0, 0]]);
      expect(() => algorithm.begin(input(empty), params)).toThrow(
        expect.objectContaining({ code: "EMPTY_DATA" }),
      );
      expect(() => algorithm.begin(input(), { ...params, colour: "red" })).toThrow(
        expect.objectContaining({ code: "BAD_PARAMETER" }),
      );
    });

    it("refuses an artifact with a section missing, shortened, of another type or not finite", () => {
      const sections = fitModel(name, input(), params).encode();
      for (const [at, section] of sections.entries()) {
        const replaced = (data: Section["data"]) => sections.with(at, { name: section.name, data });
        const damaged = [sections.toSpliced(at, 1), replaced(new Uint8Array(section.data.length))];
        if (sections.length > 1) damaged.push(replaced(section.data.slice(0, -1)));
        if (section.data instanceof Float32Array)
          damaged.push(replaced(section.data.slice().fill(Number.NaN)));
        for (const bad of damaged) {
          expect(() => algorithm.decode(bad, kernels)).toThrow(
            expect.objectContaining({ code: "BAD_ARTIFACT" }),
          );
        }
      }
    });

    it.each([1e9, 1e20, 1e38, 1e-20, 1e-38])(
      "gives no model with NaN or infinity, weights times %d",
      (unit) => {
        const extreme = input(
          matrixOf(randomRows(40, 30, 7).map((row) => row.map((weight) => weight * unit))),
        );
        const [model, reason] = outcomeOf(() => fitModel(name, extreme, params));
        if (model === null) {
          expect(reason).toMatchObject({ code: expect.stringMatching(/^(BAD_DATA|SINGULAR)$/) });
          return;
        }
        const scores = scoreAll(model, extreme.userItems);
        expect(scores.flatMap((row) => [...row]).every(Number.isFinite)).toBe(true);
        expect(scores.some((row) => row.some((score) => score !== 0))).toBe(true);
        expect(() => finishSteps(requireFiniteSections(name, model.encode()))).not.toThrow();
      },
    );

    it("has a model only when done or after a whole epoch", () => {
      const task = algorithm.begin(input(), params);
      expect(() => task.model()).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
    });

    promiseErasure({ name, params, kernels, prepare, scoresStay });

    it.runIf(isPersonal && recoversUnordered)(
      "recovers the item that each user of a checkerboard lacks",
      () => {
        const { rows, lacking } = checkerboardRows(24, 16);
        const board = matrixOf(rows);
        const model = fitModel(name, input(board), params);
        expectRecovered(board, lacking, (user) => scoreProfile(model, profileOf(board, user)));
      },
    );

    it.runIf(isPersonal && recoversUnordered && isSeeded)(
      "recovers it wherever users and items stand",
      () => {
        const { rows, lacking } = checkerboardRows(24, 16);
        const { permuted, users, items } = permute(matrixOf(rows), 5);
        const model = fitModel(name, input(permuted), params);
        const moved = users.map((user) => items.indexOf(lacking[user] as number));
        expectRecovered(permuted, moved, (user) => scoreProfile(model, profileOf(permuted, user)));
      },
    );

    it.runIf(!isSeeded)("permutes its scores when users and items are permuted", () => {
      // Distinct fractional weights: without ties, whose order depends on positions.
      const random = createRandom(31);
      const rows = randomRows(20, 15, 8, 0.4).map((row) =>
        row.map((value) => value && value + random.next()),
      );
      const plain = matrixOf(rows);
      const { permuted, users, items } = permute(plain, 6);
      const before = scoreAll(fitModel(name, input(plain), params), plain);
      const after = scoreAll(fitModel(name, input(permuted), params), permuted);
      users.forEach((user, newUser) => {
        items.forEach((item, newItem) => {
          const expected = before[user]?.[item] as number;
          // Sums in another order, in f32.
          expect(after[newUser]?.[newItem]).toBeCloseTo(expected, expected > 100 ? 2 : 3);
        });
      });
    });
  });
}

function outcomeOf(attempt: () => Model): [Model, null] | [null, unknown] {
  try {
    return [attempt(), null];
  } catch (error) {
    return [null, error];
  }
}

/** Row r of the result is user `users[r]`, column c is item `items[c]`. */
function permute(matrix: CsrMatrix, seed: number) {
  const random = createRandom(seed);
  const users = Array.from({ length: matrix.rowCount }, (_, at) => at);
  const items = Array.from({ length: matrix.columnCount }, (_, at) => at);
  shuffleInPlace(users, random);
  shuffleInPlace(items, random);
  const weightOf = (user: number, item: number): number => {
    const { indices, weights } = profileOf(matrix, user);
    return weights[indices.indexOf(item)] ?? 0;
  };
  const permuted = matrixOf(users.map((user) => items.map((item) => weightOf(user, item))));
  return { permuted, users, items };
}

/** Expects the missing item above all other items that the user does not have. */
function expectRecovered(
  board: CsrMatrix,
  lacking: readonly number[],
  scoresOf: (user: number) => Float32Array,
): void {
  for (let user = 0; user < board.rowCount; user++) {
    const scores = scoresOf(user);
    const { indices } = profileOf(board, user);
    const others = [...scores.keys()].filter((item) => item !== lacking[user] && !indices.includes(item));
    const best = Math.max(...others.map((item) => scores[item] as number));
    expect(scores[lacking[user] as number]).toBeGreaterThan(best);
  }
}
