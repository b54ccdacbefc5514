import { describe, expect, it } from "vitest";
import type { AlgorithmName } from "#contract/algorithms.ts";
import { createRandom } from "#engine/random.ts";
import { chooseInSteps, chooseTrial } from "#engine/tune/sampler/choose-trial.ts";
import { MAX_OBSERVATIONS } from "#engine/tune/sampler/observation-sample.ts";
import type { SpaceParam } from "#engine/tune/sampler/search-space.ts";
import { TrialHistory } from "#engine/tune/sampler/trial-history.ts";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";
import type { TrialParams, TrialRecord } from "#engine/tune/trial/trial.ts";
import { trial } from "../objectives.ts";

const ALGORITHMS: readonly AlgorithmName[] = ["TopPop", "CosineKNN", "RP3beta"];

/** A smooth function of all numbers. */
function worthOf(params: TrialParams): number {
  const numbers = Object.values(params).filter((value) => typeof value === "number");
  return numbers.reduce((sum, value) => sum + 1 / (1 + (Math.log1p(Math.abs(value)) - 2) ** 2), 0);
}

/** A study of trials that end at once, with the number of pieces for each choice. */
function study(trials: number): { history: TrialHistory; records: TrialRecord[]; pieces: number[] } {
  const history = new TrialHistory();
  const records: TrialRecord[] = [];
  const pieces: number[] = [];
  for (let number = 0; number < trials; number++) {
    const steps = chooseInSteps(ALGORITHMS, history, { seed: 2, trialNumber: number });
    let count = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) count++;
    if (step.value === null) break;
    const record = trial(number, step.value, { value: worthOf(step.value) });
    history.set(record);
    records.push(record);
    pieces.push(count);
  }
  return { history, records, pieces };
}

describe("choosing by an indexed history", () => {
  const { records, pieces } = study(700);

  it("takes no more steps late in a study than early", () => {
    const most = (from: number, to: number) => Math.max(...pieces.slice(from, to));
    expect(most(500, 700)).toBeLessThanOrEqual(1.2 * most(100, 300));
    // Most choices reuse lengths that an earlier one learned.
    expect(pieces.slice(500).filter((count) => count > 60).length).toBeLessThan(20);
  });

  it("never tries a configuration twice", () => {
    expect(new Set(records.map(({ params }) => JSON.stringify(params))).size).toBe(700);
  });

  it.each([40, 333, 699])("is the same as by a history built at once, at trial %i", (number) => {
    const before = records.slice(0, number);
    const options = { seed: 2, trialNumber: number };
    expect(chooseTrial(ALGORITHMS, before, options)).toEqual(records[number]?.params);
    const running = before.map((one): TrialRecord => ({ ...one, state: "RUNNING", value: null }));
    const twice = TrialHistory.of(running);
    for (const record of before) twice.set(record);
    expect(runToEnd(chooseInSteps(ALGORITHMS, twice, options))).toEqual(records[number]?.params);
  });
});

describe("TrialHistory", () => {
  const space: readonly SpaceParam[] = [
    { name: "x", range: { kind: "float", low: 0, high: 1, log: false } },
    { name: "y", range: { kind: "float", low: 0, high: 1, log: false } },
  ];
  const random = createRandom(4);
  const records = Array.from({ length: 600 }, (_, number) => {
    // Most of them are around one place, so that few describe the rest.
    const isFar = number % 20 === 0;
    const near = () => 0.5 + 0.02 * random.normal();
    const at = isFar ? { x: random.next(), y: random.next() } : { x: near(), y: near() };
    const state = number % 7 === 3 ? ("PRUNED" as const) : ("COMPLETE" as const);
    const reports = state === "PRUNED" ? [{ step: 1 + (number % 4), value: at.x }] : [];
    return trial(number, { algorithm: "A", ...at }, { value: at.x, state, reports });
  });
  const history = TrialHistory.of(records);

  it("samples observations: the best, the newest, and others that cover the space", () => {
    const sample = history.observations(space, { algorithm: "A" });
    runToEnd(sample.settle());
    const kept = new Set(sample.observations.map(({ params }) => params));
    expect([sample.count, kept.size]).toEqual([600, MAX_OBSERVATIONS]);
    expect(sample.first?.params).toBe(records[0]?.params);
    for (const { params } of records.slice(-16)) expect(kept).toContain(params);
    const byValue = records.toSorted((a, b) => Number(b.value) - Number(a.value));
    for (const { params } of byValue.slice(0, 32)) expect(kept).toContain(params);
    const far = records.filter(({ number }) => number % 20 === 0);
    expect(far.filter(({ params }) => kept.has(params)).length).toBeGreaterThan(0.8 * far.length);
  });

  it("knows the best trials and a bounded sample of the rest, each once and oldest first", () => {
    const { best, rest } = history.finishedWith(["x", "y"], "maximize").part();
    const complete = records.filter(({ state }) => state === "COMPLETE");
    const top = complete.toSorted((a, b) => Number(b.value) - Number(a.value)).slice(0, 25);
    expect(best).toEqual(top.sort((a, b) => a.number - b.number).map(({ params }) => params));
    expect(rest.length).toBeLessThanOrEqual(200);
    expect(rest.length).toBeGreaterThan(150);
    const numbers = rest.map((params) => records.findIndex((record) => record.params === params));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(rest.filter((params) => best.includes(params))).toEqual([]);
  });

  it("counts configurations by value, once each, whenever it is asked first", () => {
    const few = TrialHistory.of([trial(0, { algorithm: "A", n: 1 }), trial(1, { algorithm: "A", n: 1 })]);
    expect(few.configurationsWith("algorithm", "A")).toBe(1);
    few.set(trial(2, { algorithm: "A", n: 2 }, { state: "FAILED", value: null }));
    few.set(trial(3, { algorithm: "B" }, { state: "RUNNING", value: null }));
    expect(["A", "B", "C"].map((name) => few.configurationsWith("algorithm", name))).toEqual([2, 1, 0]);
    expect([few.countOf("A"), few.has({ n: 2, algorithm: "A" }), few.has({ algorithm: "A" })]).toEqual([
      3,
      true,
      false,
    ]);
  });
});
