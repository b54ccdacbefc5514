/** A task of a file that is read in stages. */
import type { IngestionResult, IngestionSpec } from "#jobs/ingestion-job.ts";
import type { IngestTaskMessage } from "#jobs/messages.ts";
import { shardsPrefix } from "#storage/keys.ts";
import { coverageOfData } from "../reading/metadata-coverage.ts";
import { runShard } from "../reading/read-shards.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { workOnTask } from "../work/staged-work.ts";

export function ingestTask(
  deps: TrainerDeps,
  { source, rowId, stage, task }: IngestTaskMessage,
): Promise<void> {
  const prefix = ({ projectId }: IngestionSpec) => shardsPrefix(projectId, rowId);
  return workOnTask<IngestionSpec, IngestionResult>(
    deps,
    deps.ingestion(source, rowId),
    { stage, task },
    {
      prefix,
      run: async ({ spec, stage: name }, work) => {
        const file = { ...spec, prefix: prefix(spec) };
        const { next, read } = await runShard(deps, file, { stage: name, task }, work);
        if (!read) return { next };
        const { report, fileBytes, ids } = read;
        const coverages = await coverageOfData(deps, spec, ids);
        const size = spec.snapshot && { fileBytes };
        return { next, result: { report, validColumns: null, coverages, ...size } };
      },
    },
  );
}
