import { describe, expect, it } from "vitest";
import { keyAt, type Mark } from "#web/components/plot/scene.ts";
import { paramScales } from "#web/features/study/params/param-scales.ts";
import { distributionPlot, stepsOf } from "#web/features/study/plots/distribution-plot.ts";
import { algorithmsOf, dotTrials } from "#web/features/study/plots/dot-trial.ts";
import { parallelPlot } from "#web/features/study/plots/parallel-plot.ts";
import { slicePlot } from "#web/features/study/plots/slice-plot.ts";
import { runsOf, timelinePlot } from "#web/features/study/plots/timeline-plot.ts";
import { trialTable } from "#web/features/study/trial-table-data.ts";
import { trial } from "../../../factories.ts";

const at = (seconds: number) => new Date(1_000_000 + seconds * 1000).toISOString();
const keyed = (marks: readonly Mark[]) => marks.filter((mark) => mark.key !== undefined);

describe("runsOf", () => {
  it("puts trials that overlap into different lanes, and uses a lane again once it is free", () => {
    const runs = runsOf(
      [
        trial(0, { started_at: at(0), seconds: 10 }),
        trial(1, { started_at: at(2), seconds: 3 }),
        trial(2, { started_at: at(6), seconds: 1 }),
      ],
      0,
    );
    expect(runs.map(({ lane, from, to }) => [lane, from, to])).toEqual([
      [0, 0, 10],
      [1, 2, 5],
      [1, 6, 7],
    ]);
  });

  it("ends a running trial now, and leaves out those without a start or an end", () => {
    const runs = runsOf(
      [
        trial(0, { started_at: at(0), seconds: null, state: "RUNNING", value: null }),
        trial(1, { started_at: null }),
        trial(2, { started_at: at(1), seconds: null, state: "FAILED", value: null }),
      ],
      1_000_000 + 4_000,
    );
    expect(runs).toMatchObject([{ number: 0, from: 0, to: 4 }]);
  });
});

describe("stepsOf", () => {
  it("counts values up to each, equal ones together", () => {
    expect(stepsOf([3, 1, 3, 2])).toEqual([
      { value: 1, share: 0.25 },
      { value: 2, share: 0.5 },
      { value: 3, share: 1 },
    ]);
  });
});

const TRIALS = [
  trial(0, { params: { reg: 0.001, n_components: 8 } }),
  trial(1, { params: { reg: 0.01, n_components: 64 }, state: "PRUNED" }),
  trial(2, { params: { reg: 0.1, n_components: 128 } }),
  trial(3, { algorithm: "TopPop", params: {} }),
  trial(4, { state: "RUNNING", value: null }),
];

describe("charts of trials", () => {
  const dots = dotTrials(TRIALS);
  const own = dots.filter(({ algorithm }) => algorithm === "IALS");
  const scales = paramScales("IALS", own);

  it("show what has a value, the algorithm with the most complete trials first", () => {
    expect(dots.map(({ number, isPruned }) => [number, isPruned])).toEqual([
      [0, false],
      [1, true],
      [2, false],
      [3, false],
    ]);
    expect(algorithmsOf(dots)).toEqual(["IALS", "TopPop"]);
  });

  it("have a dot for each trial in each panel, and find it under the pointer", () => {
    const scene = slicePlot(600, scales, own, { noLimit: "no limit" });
    const found = keyed(scene.marks);
    expect(found).toHaveLength(own.length * 2);
    const [first] = found;
    expect(first?.kind === "dot" && keyAt(scene, first.x + 2, first.y, 10)).toBe(0);
    expect(keyAt(scene, 0, 0, 10)).toBeNull();
    for (const mark of found) {
      if (mark.kind !== "dot") continue;
      expect(mark.x).toBeGreaterThan(0);
      expect(mark.x).toBeLessThan(600);
      expect(mark.y).toBeLessThan(scene.height);
    }
  });

  it("draw each trial as a line over all axes, the best in colour", () => {
    const texts = { noLimit: "no limit", metric: "ndcg@10", strongFrom: 0.22 };
    const lines = keyed(parallelPlot(600, scales, own, texts).marks);
    expect(lines.map(({ key, colour }) => [key, colour === "edge"])).toEqual([
      [0, true],
      [1, true],
      [2, false],
    ]);
    expect(lines.map((line) => line.kind === "line" && line.points.length)).toEqual([6, 6, 6]);
  });

  it("draw a distribution from the lower left to the upper right", () => {
    const [line] = keyed(distributionPlot(400, [{ name: "a", colour: "ink", values: [1, 2] }]).marks);
    const points = line?.kind === "line" ? line.points : [];
    expect(points.slice(0, 2)).toEqual([46, 254]);
    expect(points.slice(-2)).toEqual([384, 12]);
  });

  it("draw a bar for each run, of its length", () => {
    const runs = runsOf(
      [trial(0, { started_at: at(0), seconds: 4 }), trial(1, { started_at: at(4), seconds: 4 })],
      0,
    );
    const widths = keyed(timelinePlot(424, runs, String).marks).map((bar) => bar.kind === "bar" && bar.width);
    expect(widths).toEqual([199, 199]);
  });
});

it("lists trials with every parameter and metric as a column", () => {
  const { head, rows } = trialTable(TRIALS.slice(2, 4));
  expect(head.slice(7)).toEqual(["n_components", "reg", "ndcg@10"]);
  expect(rows).toEqual([
    [2, "IALS", "COMPLETE", 0.22, null, 0.5, null, 128, 0.1, 0.22],
    [3, "TopPop", "COMPLETE", 0.23, null, 0.5, null, null, null, 0.23],
  ]);
});
