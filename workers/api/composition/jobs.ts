import type { UploadKind } from "#contract/upload.ts";
import { erasureName, ingestionName, studyName, trainingName } from "#jobs/job-names.ts";
import type { JobRef, Jobs } from "#jobs/jobs.ts";
import type { ServiceDeps } from "#services/deps.ts";
import { closeGoneItem, erasureSpecOf } from "#services/erasure/erasure-items.ts";
import { giveUpIngestion, ingestionSpecOf } from "#services/files/ingestions.ts";
import { giveUpTraining, trainingSpecOf } from "#services/models/trainings.ts";
import { giveUpStudy, type StudyDefaults, studySpecOf } from "#services/tuning/studies.ts";
import type { ApiBindings, JobNamespace } from "../env/bindings.ts";

/** The Durable Objects of jobs, found by the rows that they belong to. */
export type JobObjects = ReturnType<typeof createJobObjects>;

type Namespaces = Pick<ApiBindings, "STUDIES" | "TRAININGS" | "INGESTIONS" | "ERASURES">;

export function createJobObjects({ STUDIES, TRAININGS, INGESTIONS, ERASURES }: Namespaces) {
  const named = <Stub>(objects: JobNamespace<Stub>, name: string) => objects.get(objects.idFromName(name));
  return {
    study: (jobId: number) => named(STUDIES, studyName(jobId)),
    training: (modelId: number) => named(TRAININGS, trainingName(modelId)),
    ingestion: (kind: UploadKind, rowId: number) => named(INGESTIONS, ingestionName(kind, rowId)),
    erasure: (itemId: number) => named(ERASURES, erasureName(itemId)),
  };
}

/** The jobs of this deployment. A start nudges a running job. It does nothing if the row is gone; a job that cannot run fails. */
export function createJobs(
  objects: JobObjects,
  deps: Pick<
    ServiceDeps,
    "db" | "clock" | "randomBytes" | "wakeAddress" | "store" | "artifactKeys" | "items" | "events"
  >,
  studyDefaults: StudyDefaults,
): Jobs {
  return {
    async ingest(kind, rowId) {
      const spec = await ingestionSpecOf(deps, kind, rowId);
      if (!spec) return giveUpIngestion(deps, kind, rowId);
      await objects.ingestion(kind, rowId).handle({ type: "start", spec });
    },
    async tune(jobId) {
      const spec = await studySpecOf(deps, jobId, studyDefaults);
      if (!spec) return giveUpStudy(deps, jobId);
      await objects.study(jobId).handle({ type: "start", spec });
    },
    async pauseTuning(jobId) {
      await objects.study(jobId).handle({ type: "pause" });
    },
    async resumeTuning(jobId) {
      await objects.study(jobId).handle({ type: "resume" });
    },
    async cancelTuning(jobId) {
      await objects.study(jobId).handle({ type: "cancel" });
    },
    closeSockets: (jobId, sessions) => objects.study(jobId).closeSockets(sessions),
    trials: (jobId) => objects.study(jobId).trials(),
    async train(modelId) {
      const spec = await trainingSpecOf(deps, modelId);
      if (!spec) return giveUpTraining(deps, modelId);
      await objects.training(modelId).handle({ type: "start", spec });
    },
    async erase(itemId) {
      const spec = await erasureSpecOf(deps, itemId);
      if (spec === null) return closeGoneItem(deps, itemId);
      await objects.erasure(itemId).handle({ type: "start", spec });
    },
    forget: (job) => objectOf(objects, job).forget(),
  };
}

function objectOf(objects: JobObjects, job: JobRef): { forget(): Promise<void> } {
  switch (job.kind) {
    case "study":
      return objects.study(job.id);
    case "training":
      return objects.training(job.id);
    case "erasure":
      return objects.erasure(job.id);
    case "ingestion":
      return objects.ingestion(job.source, job.id);
  }
}
