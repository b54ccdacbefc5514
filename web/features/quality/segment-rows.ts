/** A model's figures by segment of items and users, as rows for people. Pure. */
import { type MeasuredSegment, MIN_SEGMENT_USERS } from "#contract/tuning-job.ts";

export interface SegmentRow {
  readonly segment: MeasuredSegment;
  /** Null where too few users were measured: their mean is chance. */
  readonly figures: {
    readonly winner: number;
    readonly popularity: number | null;
    readonly serving: number | null;
  } | null;
}

/** Segments that were not measured by the metric are left out. */
export function segmentRows(segments: readonly MeasuredSegment[], metric: string): SegmentRow[] {
  return segments.flatMap((segment) => {
    const winner = segment.winner[metric];
    if (winner === undefined) return [];
    const others = {
      popularity: segment.popularity[metric] ?? null,
      serving: segment.serving?.[metric] ?? null,
    };
    return [{ segment, figures: segment.users < MIN_SEGMENT_USERS ? null : { winner, ...others } }];
  });
}
