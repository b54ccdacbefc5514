import { CHECKPOINT_KIND } from "#engine/artifact/kinds.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { StudySpec } from "#jobs/study-job.ts";
import type { StoredPart } from "#jobs/study-work.ts";
import { studyPartKey } from "#storage/keys.ts";
import type { TrainerDeps } from "../work/deps.ts";

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
