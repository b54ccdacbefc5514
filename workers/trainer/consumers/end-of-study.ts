import type { StudyReply, StudySpec } from "#jobs/study-job.ts";
import { deletePrefix } from "#storage/delete-objects.ts";
import { studyPrefix } from "#storage/keys.ts";
import type { TrainerDeps } from "../work/deps.ts";

/**
 * Deletes all objects of a study that is over or gone, by its answer to the last report of a piece of work: the study deleted them before,
 * and the worker may have written after that.
 */
export async function deleteIfOver(
  { store, files }: Pick<TrainerDeps, "store" | "files">,
  { projectId, jobId }: Pick<StudySpec, "projectId" | "jobId">,
  answer: StudyReply,
): Promise<void> {
  if (answer.type !== "over") return;
  const bucket = { delete: files.delete.bind(files), list: store.list.bind(store) };
  await deletePrefix(bucket, studyPrefix(projectId, jobId));
}
