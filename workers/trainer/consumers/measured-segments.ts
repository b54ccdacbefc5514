/** The last measurement by segment: head and tail of the items, and thirds of the users. Pure. */
import type { MeasuredSegment } from "#contract/tuning-job.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { type ACTIVITY_GROUPS, activityGroups } from "#engine/evaluate/activity-groups.ts";
import { segmentsOf } from "#engine/evaluate/segments.ts";
import type { FinalEvaluation } from "#engine/tune/run/final-evaluation.ts";

/** The head: the fewest items with this share of the interactions. */
export const HEAD = { headInteractions: 0.8 } as const;

/** A segment as one model was measured on it. */
export interface SegmentFigures extends Omit<MeasuredSegment, "winner" | "popularity" | "serving"> {
  readonly metrics: Readonly<Record<string, number>>;
}

/** Segments without users are left out. @param seen What the model was fitted to. */
export function segmentFigures(
  { segments, profileSizes, perUser }: Pick<FinalEvaluation, "segments" | "profileSizes" | "perUser">,
  seen: CsrMatrix,
): SegmentFigures[] {
  if (!segments || !profileSizes || !perUser) return [];
  const { headItems, tailItems } = segmentsOf(seen, HEAD);
  const measured = new Set(Object.keys(perUser));
  const ofItems = (name: "head_items" | "tail_items", items: number): SegmentFigures[] => {
    const { users, metrics } = segments[name === "head_items" ? "headItems" : "tailItems"];
    if (users === 0) return [];
    const shown = Object.entries(metrics).filter(([metric]) => measured.has(metric));
    return [{ name, items, interactions: null, users, metrics: Object.fromEntries(shown) }];
  };
  const ofUsers = activityGroups(profileSizes, perUser).map(({ name, from, to, users, metrics }) => ({
    ...{ name: BY_GROUP[name], items: null, interactions: { from, to }, users, metrics },
  }));
  return [...ofItems("head_items", headItems), ...ofItems("tail_items", tailItems), ...ofUsers];
}

const BY_GROUP = {
  few: "few_interactions",
  middle: "middle_interactions",
  many: "many_interactions",
} as const satisfies Record<(typeof ACTIVITY_GROUPS)[number], MeasuredSegment["name"]>;

interface OfModels {
  readonly winner: readonly SegmentFigures[];
  readonly popularity: readonly SegmentFigures[];
  readonly serving?: readonly SegmentFigures[] | undefined;
}

/** The segments of all models side by side: they were measured on the same users. */
export function joinSegments({ winner, popularity, serving }: OfModels): MeasuredSegment[] {
  const metricsIn = (figures: readonly SegmentFigures[] | undefined, name: string) =>
    figures?.find((segment) => segment.name === name)?.metrics;
  return winner.flatMap(({ metrics, ...segment }) => {
    const other = metricsIn(popularity, segment.name);
    const live = metricsIn(serving, segment.name);
    if (!other) return [];
    return [{ ...segment, winner: metrics, popularity: other, ...(live && { serving: live }) }];
  });
}
