import type { SampleResponse, ScoredItem } from "#contract/model.ts";

/**
 * Recommendations of one model for the management API, which computes nothing itself: the `recommend` Worker answers over a
 * service binding. Failures are values, because errors lose their class on the way between Workers.
 */
export interface Preview {
  /** For a person of the training data; `UNKNOWN_USER` otherwise. */
  forUser(artifactKey: string, userId: string, cutoff: number): Promise<PreviewResult<ScoredItem[]>>;
  /** For liked items; unknown ids are dropped. */
  forItems(artifactKey: string, itemIds: string[], cutoff: number): Promise<PreviewResult<ScoredItem[]>>;
  /** For one person of the training data; `draw` in [0, 1) picks who. */
  sample(artifactKey: string, cutoff: number, draw: number): Promise<PreviewResult<SampleResponse>>;
}

export type PreviewResult<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly code: "UNKNOWN_USER" | "BAD_ARTIFACT" | "NO_ARTIFACT";
      readonly message: string;
    };
