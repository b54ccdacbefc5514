import { afterEach, describe, expect, it } from "vitest";
import type { Model, Profile } from "#engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { currentSession, longestPause } from "#engine/algorithms/sequence/current-session.ts";
import { matrixOf } from "#engine/data/queries.ts";
import { beginFit } from "#engine/tune/run/fit-steps.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { asked, scoresOf, sequencesOf } from "./sequence-fixture.ts";

const kernels = loadWasmKernels();
const MINUTE = 1 / 1_440;
const ITEMS = 8;
/** Sessions with a pause of at most 20 minutes, a day apart. */
const ROWS = [
  [0, 1, 2],
  [3, 4, 5],
  [0, 1, 6],
  [3, 4, 7],
  [5, 1, 2],
];
const sessions = {
  ...sequencesOf(ROWS, true),
  ages: Float32Array.from(
    ROWS.flatMap((row, at) => row.map((_, step) => ROWS.length - at - step * 20 * MINUTE)),
  ),
};
const histories = sequencesOf([ROWS.slice(0, 3).flat(), ROWS.slice(3).flat()]);

function fitted(): Model {
  const userItems = matrixOf(histories, ITEMS);
  const shared = { sequences: histories, sessions, kernels, seed: 1 };
  const task = beginFit({ algorithm: "SessionKNN", params: {}, userItems, ...shared });
  while (!task.done) task.step();
  return task.model();
}

afterEach(() => kernels.freeAll());

/** A person took 3 and 4 yesterday, and now 0 and 1. */
const person = asked([3, 4, 0, 1], [1 + 5 * MINUTE, 1, 10 * MINUTE, 0]);
const session = asked([0, 1], [10 * MINUTE, 0]);

describe("the current session", () => {
  it("begins after the last pause that is longer than any within a session of the training", () => {
    const pause = longestPause(sessions) as number;
    expect(pause).toBeCloseTo(20 * MINUTE, 4);
    expect(currentSession(person, pause)).toEqual(session);
    expect(currentSession(asked([2, 3], [40 * MINUTE, 0]), pause).indices).toEqual(Uint32Array.of(3));
    expect(currentSession(asked([2, 3], [15 * MINUTE, 0]), pause).indices).toEqual(Uint32Array.of(2, 3));
  });

  it("is the newest one for somebody who comes back later", () => {
    expect(currentSession(asked([3, 4, 0], [9, 3.001, 3]), 20 * MINUTE).indices).toEqual(
      Uint32Array.of(0, 4),
    );
  });

  it("begins after an item of an unknown time, and is all of a profile without times", () => {
    expect(currentSession(asked([3, 0], [Number.NaN, 0]), 1).indices).toEqual(Uint32Array.of(0));
    for (const profile of [
      asked([3, 0]),
      asked([]),
      asked([5], [2]),
      { indices: Uint32Array.of(1), weights: Float32Array.of(1) },
    ])
      expect(currentSession(profile, 0)).toBe(profile);
  });

  it("is what neighbours of sessions are asked by, also once stored: a history beside it changes nothing", () => {
    const model = fitted();
    const stored = algorithmOf("SessionKNN").decode(model.encode(), kernels);
    for (const one of [model, stored]) {
      expect(scoresOf(one, person)).toEqual(scoresOf(one, session));
      expect(one.shortlist?.(person).known?.scores.slice()).toEqual(
        one.shortlist?.(session).known?.scores.slice(),
      );
      // Neither the item that follows 3 and 4 nor these themselves.
      expect(scoresOf(one, person)[7]).toBe(0);
      expect(scoresOf(one, person)[6]).toBeGreaterThan(0);
      expect(scoresOf(one, { ...person, recent: undefined } as Profile)[7]).toBeGreaterThan(0);
    }
  });

  it("explains a list by the items of the session alone, at their places in the profile", () => {
    const model = fitted();
    const out = new Float64Array(4);
    expect(model.contributionsInto?.(person, 6, out)).toBe(true);
    expect((out[0] as number) + (out[1] as number)).toBeCloseTo(scoresOf(model, person)[6] as number, 5);
    expect([out[2], out[3]]).toEqual([0, 0]);
  });

  it("is not cut where the training has no sessions: models of earlier releases stay as they are", () => {
    const task = beginFit({
      ...{ algorithm: "SessionKNN", params: {}, userItems: matrixOf(histories, ITEMS) },
      ...{ sequences: histories, kernels, seed: 1 },
    });
    while (!task.done) task.step();
    expect(
      task
        .model()
        .encode()
        .map(({ name }) => name),
    ).not.toContain("current-session.pause");
  });
});
