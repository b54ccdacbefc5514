/** When each trial ran: a bar per trial, side by side where several ran at once. Pure. */
import type { TrialResponse } from "#contract/tuning-job.ts";
import { baseAxis, type Panel } from "../../../components/plot/scale.ts";
import type { Mark, Scene } from "../../../components/plot/scene.ts";
import { algorithmSeries } from "../../algorithms/algorithm-look.ts";

export interface Run {
  readonly number: number;
  /** Seconds from the first start. */
  readonly from: number;
  readonly to: number;
  /** From 0; the first that was free when the trial began. */
  readonly lane: number;
  readonly state: TrialResponse["state"];
  readonly algorithm: string | null;
}

const LANE_PX = 22;
const GAP_PX = 4;
const ROOM = { left: 10, right: 14, top: 8, bottom: 26 };

/**
 * The runs of trials that began, in the order of their starts. A trial that still runs ends now; one that was lost has no known end
 * and is left out. Repeated attempts show the last one.
 * @param now Milliseconds since the epoch.
 */
export function runsOf(trials: readonly TrialResponse[], now: number): Run[] {
  const spans = trials
    .flatMap(({ number, started_at, seconds, state, algorithm }) => {
      if (started_at === null) return [];
      const from = Date.parse(started_at) / 1000;
      const to = seconds !== null ? from + seconds : state === "RUNNING" ? Math.max(from, now / 1000) : null;
      return to === null ? [] : [{ number, from, to, state, algorithm }];
    })
    .sort((a, b) => a.from - b.from || a.number - b.number);
  const origin = spans[0]?.from ?? 0;
  const freeFrom: number[] = [];
  return spans.map(({ from, to, ...trial }) => {
    const free = freeFrom.findIndex((end) => end <= from + 1e-3);
    const lane = free < 0 ? freeFrom.length : free;
    freeFrom[lane] = to;
    return { ...trial, from: from - origin, to: to - origin, lane };
  });
}

/** @param text Writes seconds below the axis. */
export function timelinePlot(width: number, runs: readonly Run[], text: (seconds: number) => string): Scene {
  const lanes = runs.reduce((most, { lane }) => Math.max(most, lane + 1), 1);
  const height = ROOM.top + lanes * LANE_PX + ROOM.bottom;
  const panel: Panel = {
    ...{ x: ROOM.left, y: ROOM.top },
    ...{ width: width - ROOM.left - ROOM.right, height: lanes * LANE_PX },
  };
  const end = runs.reduce((latest, { to }) => Math.max(latest, to), 0) || 1;
  const bars = runs.map(
    ({ from, to, lane, number, state, algorithm }): Mark => ({
      kind: "bar",
      x: panel.x + (from / end) * panel.width,
      y: panel.y + lane * LANE_PX + GAP_PX / 2,
      width: Math.max(1.5, ((to - from) / end) * panel.width - 1),
      height: LANE_PX - GAP_PX,
      colour: state === "FAILED" ? "bad" : algorithmSeries(algorithm),
      opacity: state === "RUNNING" ? 0.5 : 0.9,
      isHollow: state === "PRUNED",
      key: number,
    }),
  );
  const axis = baseAxis(panel, { low: 0, high: end, isLog: false }, text, width < 500 ? 3 : 6);
  return { width, height, marks: [...axis, ...bars] };
}
