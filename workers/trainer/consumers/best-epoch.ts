import type { AlgorithmName } from "#contract/algorithms.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { CHECKPOINT_KIND } from "#engine/artifact/kinds.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import type { StudySpec } from "#jobs/study-job.ts";
import { studyPartKey } from "#storage/keys.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { readState } from "./read-state.ts";
import { asideNumbers, storeStudyPart } from "./study-part.ts";

/** A larger state waits in the object store while its fit goes on. */
const MOST_HELD_BYTES = 4e6;

/** The state of a trial's best epoch so far. */
export interface BestEpoch {
  set(sections: readonly Section[]): Promise<void>;
  /** For a fit that takes its memory over. */
  get(): Promise<readonly Section[]>;
  /** Deletes it. */
  forget(): Promise<void>;
}

export interface Attempt {
  readonly deps: Pick<TrainerDeps, "artifacts" | "files">;
  readonly kernels: Kernels;
  readonly spec: StudySpec;
  readonly algorithm: AlgorithmName;
  readonly number: number;
  /** An abandoned attempt may still write its own. */
  readonly claim: number;
}

export function createBestEpoch({ deps, kernels, spec, algorithm, number, claim }: Attempt): BestEpoch {
  const part = asideNumbers(spec).ofTrial(number, claim);
  const key = studyPartKey(spec.projectId, spec.jobId, part);
  let held: readonly Section[] | null = null;
  let isStored = false;
  return {
    async set(sections) {
      const bytes = sections.reduce((sum, { data }) => sum + data.byteLength, 0);
      held =
        bytes > MOST_HELD_BYTES ? null : sections.map(({ name, data }) => ({ name, data: data.slice() }));
      if (held !== null) return;
      isStored = true;
      await storeStudyPart(deps, spec, part, sections);
    },
    async get() {
      if (held !== null) return held;
      const artifact = await deps.artifacts.open(key, CHECKPOINT_KIND);
      return (await readState(artifact, kernels, algorithmOf(algorithm).kernelSections)).sections;
    },
    async forget() {
      if (isStored) await deps.files.delete(key);
    },
  };
}
