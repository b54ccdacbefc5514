import { BLEND_COMPONENTS } from "#contract/algorithms.ts";
import { CHECKPOINT_KIND } from "#engine/artifact/kinds.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { ColdScheme } from "#engine/split/cold-split.ts";
import type { StudySpec } from "#jobs/study-job.ts";
import type { StoredPart } from "#jobs/study-work.ts";
import { studyPartKey } from "#storage/keys.ts";
import type { TrainerDeps } from "../work/deps.ts";

/** More than the attempts at a piece of work that can run at the same time. */
const ATTEMPTS = 8;

/** What a winner is measured on. */
export type MeasuredPlace = "warm" | ColdScheme;

/** Numbers of parts that no trial has: for what waits in the object store while its memory is needed. */
export function asideNumbers({ trialCount }: Pick<StudySpec, "trialCount">) {
  const numberOf = (owner: number, claim: number) => trialCount + ATTEMPTS * owner + (claim % ATTEMPTS);
  const { length } = BLEND_COMPONENTS;
  const firstOf = {
    warm: 0,
    "cold-items": length + trialCount,
    "cold-users": 2 * length + trialCount,
  };
  return {
    /** A component of the winning blend, from 0, of an attempt at one of the last measurements, which may run at the same time. */
    ofComponent: (at: number, claim: number, place: MeasuredPlace): number =>
      numberOf(firstOf[place] + at, claim),
    /** The best epoch of an attempt at a trial. */
    ofTrial: (trial: number, claim: number): number => numberOf(BLEND_COMPONENTS.length + trial, claim),
  };
}

/** Stores the model of a trial for the study's blend. A repeated message writes the same object again. */
export async function storeStudyPart(
  { artifacts }: Pick<TrainerDeps, "artifacts">,
  { projectId, jobId }: StudySpec,
  trial: number,
  sections: readonly Section[],
): Promise<StoredPart> {
  const key = studyPartKey(projectId, jobId, trial);
  const meta = { job_id: jobId, project_id: projectId, trial };
  const bytes = await artifacts.put(key, { kind: CHECKPOINT_KIND, meta, sections });
  return { trial, key, bytes };
}
