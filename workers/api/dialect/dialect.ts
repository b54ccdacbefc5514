/**
 * The differences between the answers of Edgewise and those of a system whose clients it also serves. The composition root
 * chooses one dialect for the deployment; routes ask it, and never a setting.
 */
import type { MiddlewareHandler } from "hono";
import type { apiKeyRequest } from "#contract/api-key.ts";
import type { trainedModelRequest } from "#contract/model.ts";
import type { tuningJobRequest } from "#contract/tuning-job.ts";
import type { ServiceDeps } from "#services/deps.ts";
import type { RetrainingRunRow } from "#services/resources/retraining-run.ts";
import type { TrainingDataRow } from "#services/resources/training-data.ts";
import type { RetrainingStyle } from "#services/retraining/beginning-facts.ts";
import type { StudyDefaults } from "#services/tuning/studies.ts";
import type { createTuningJob } from "#services/tuning/tuning-jobs.ts";
import type { ApiContext, ApiEnv } from "../middleware/context.ts";

/** Answers that dialects give in different forms. */
export type ShownResource =
  | "project"
  | "api_keys"
  | "training_data"
  | "item_meta_data"
  | "user_meta_data"
  | "split_config"
  | "parameter_tuning_job"
  | "trained_model"
  | "deployment_slot"
  | "retraining_schedule"
  | "retraining_run"
  | "retraining_trigger";

export interface Dialect {
  /** The API's title in its own description. */
  readonly title: string;
  /** Runs before every route. */
  readonly middleware: readonly MiddlewareHandler<ApiEnv>[];
  /** Answers unknown addresses. */
  unknownPath(c: ApiContext): Response;
  /** Headers of the page that lists the operations. */
  referenceHeaders(effects: Pick<ServiceDeps, "clock" | "randomBytes">): Readonly<Record<string, string>>;
  /** Wraps a mapper of rows. */
  shown<Row>(resource: ShownResource, toResponse: (row: Row) => object): (row: Row) => object;
  /** Fields of a resource, by the first part of its path, that its answers do not have. */
  hiddenFields(resource: string): readonly string[];
  /** Why a training failed, in the dialect's words. */
  failureText(text: string): string;
  readonly keyRequest: typeof apiKeyRequest;
  readonly files: FileDialect;
  readonly models: ModelDialect;
  readonly tuning: TuningDialect;
  readonly retraining: RetrainingDialect;
  readonly sockets: SocketDialect;
  /** Whether two slots of a project may have one name. */
  readonly slotNamesRepeat: boolean;
  /** Whether a caller must allow a deletion that stops serving, and gets the new live model in the answer. */
  readonly asksBeforeStopping: boolean;
}

/** Rows of a file to show, or a text that is the answer instead, with 400. */
export type PreviewPlan = { readonly rowCount: number } | { readonly refusal: string };

export interface FileDialect {
  /** The problem with the name of an uploaded file, or null. Absent: the rule of the upload service. */
  readonly checkName?: (name: string) => string | null;
  /** Why a file was refused, in the dialect's words. `token` is random text of at least 7 letters. */
  refusalText(text: string, token: string): string;
  /** A reason against a file that was read without an error; null when there is none. */
  objection(row: Pick<TrainingDataRow, "basename" | "report">): string | null;
  /** @param asked  The query's `n_rows`. Throws `AppError` if it is not a count. */
  preview(row: Pick<TrainingDataRow, "basename" | "fileKey">, asked: string | undefined): PreviewPlan;
  /** Whether training data with a header and no rows are kept. */
  readonly keepsHeaderOnly: boolean;
}

export interface ModelDialect {
  readonly request: typeof trainedModelRequest;
  fileName(modelId: number): string;
  /** The error to throw in place of that of a model without a usable file. */
  unusable(error: unknown): unknown;
  /** Whether configurations take whole class names only. */
  readonly wantsClassNames: boolean;
}

export interface TuningDialect {
  readonly request: typeof tuningJobRequest;
  readonly create: typeof createTuningJob;
  /** Settings of a study for a job that does not give them. */
  readonly studyDefaults: StudyDefaults;
  /** Whether an ended job still has the addresses to cancel, pause and resume. */
  readonly steersEnded: boolean;
}

export interface RetrainingDialect {
  /** Whether a disabled schedule accepts any five words as its cron expression. */
  readonly takesAnyCron: boolean;
  readonly style: RetrainingStyle;
  /** The tuning job that a run shows. */
  shownJob(run: Pick<RetrainingRunRow, "tuningJobId" | "configurationId">): number | null;
}

export interface SocketRefusal {
  /** Close code. */
  readonly code: number;
  readonly reason: string;
}

export interface SocketDialect {
  /** An access token from the handshake outside of the cookie. */
  tokenOf(c: ApiContext): string | undefined;
  /** Informs a caller without permission. May throw `AppError`. */
  refuse(refusal: SocketRefusal): Response;
}
