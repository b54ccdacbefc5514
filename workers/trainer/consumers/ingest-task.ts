/** A task of a file that is read in stages. */
import type { IngestionResult, IngestionSpec } from "#jobs/ingestion-job.ts";
import type { IngestTaskMessage } from "#jobs/messages.ts";
import { shardsPrefix } from "#storage/keys.ts";
import { runShard } from "../reading/read-shards.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { workOnTask } from "../work/staged-work.ts";

export function ingestTask(
  deps: TrainerDeps,
  { source, rowId, stage, task }: IngestTaskMessage,
): Promise<void> {
  return workOnTask<IngestionSpec, IngestionResult>(
    deps,
    deps.ingestion(source, rowId),
    { stage, task },
    {
      prefix: ({ projectId }) => shardsPrefix(projectId, rowId),
      run: ({ spec, stage: name }, work) => runShard(deps, spec, { stage: name, task }, work),
    },
  );
}
