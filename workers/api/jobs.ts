import type { Database } from "#db/database.ts";
import { erasureName, ingestionName, studyName, trainingName } from "#jobs/job-names.ts";
import type { JobRef, Jobs } from "#jobs/jobs.ts";
import { systemClock } from "#platform/clock.ts";
import { systemRandomBytes } from "#platform/random.ts";
import { closeGoneItem, erasureSpecOf } from "#services/erasure/erasure-items.ts";
import { giveUpIngestion, ingestionSpecOf } from "#services/files/ingestions.ts";
import { giveUpStudy, studySpecOf } from "#services/tuning/studies.ts";
import type { ApiBindings } from "./bindings.ts";
import { startTraining } from "./objects/start-training.ts";

/** The jobs of this deployment: each is a Durable Object, found by the name of its row. */
export function createJobs(env: ApiBindings, db: Database): Jobs {
  const study = (jobId: number) => env.STUDIES.get(env.STUDIES.idFromName(studyName(jobId)));
  return {
    async ingest(kind, rowId) {
      const spec = await ingestionSpecOf({ db }, kind, rowId);
      if (!spec) return giveUpIngestion({ db, clock: systemClock }, kind, rowId);
      const job = env.INGESTIONS.get(env.INGESTIONS.idFromName(ingestionName(kind, rowId)));
      await job.handle({ type: "start", spec });
    },
    async tune(jobId) {
      const spec = await studySpecOf({ db }, jobId);
      if (!spec) return giveUpStudy({ db, clock: systemClock }, jobId);
      await study(jobId).handle({ type: "start", spec });
    },
    async pauseTuning(jobId) {
      await study(jobId).handle({ type: "pause" });
    },
    async resumeTuning(jobId) {
      await study(jobId).handle({ type: "resume" });
    },
    async cancelTuning(jobId) {
      await study(jobId).handle({ type: "cancel" });
    },
    async closeSockets(jobId, sessions) {
      await study(jobId).closeSockets(sessions);
    },
    trials: async (jobId) => study(jobId).trials(),
    train: (modelId) => startTraining(env, modelId),
    async erase(itemId) {
      const spec = await erasureSpecOf({ db, randomBytes: systemRandomBytes }, itemId);
      if (spec === null) return closeGoneItem({ db }, itemId);
      await env.ERASURES.get(env.ERASURES.idFromName(erasureName(itemId))).handle({ type: "start", spec });
    },
    forget: async (job) => objectOf(env, job).forget(),
  };
}

function objectOf(env: ApiBindings, job: JobRef): { forget(): Promise<void> } {
  switch (job.kind) {
    case "study":
      return env.STUDIES.get(env.STUDIES.idFromName(studyName(job.id)));
    case "training":
      return env.TRAININGS.get(env.TRAININGS.idFromName(trainingName(job.id)));
    case "erasure":
      return env.ERASURES.get(env.ERASURES.idFromName(erasureName(job.id)));
    case "ingestion":
      return env.INGESTIONS.get(env.INGESTIONS.idFromName(ingestionName(job.source, job.id)));
  }
}
