import { apiKeyRequest } from "#contract/api-key.ts";
import { trainedModelRequest } from "#contract/model.ts";
import { wholeNumberOf } from "#contract/query-number.ts";
import { DEFAULT_PREVIEW_ROWS, MAX_PREVIEW_ROWS } from "#contract/training-data.ts";
import { tuningJobRequest } from "#contract/tuning-job.ts";
import { AppError } from "#services/app-error.ts";
import { STUDY_DEFAULTS } from "#services/tuning/studies.ts";
import { createTuningJob } from "#services/tuning/tuning-jobs.ts";
import type { Dialect, PreviewPlan, SocketRefusal } from "./dialect.ts";

/** The answers of Edgewise. */
export const ownDialect: Dialect = {
  title: "Edgewise API",
  middleware: [],
  unknownPath: (c) => c.json({ detail: "Not found." }, 404),
  referenceHeaders: () => ({}),
  shown: (_resource, toResponse) => toResponse,
  hiddenFields: () => [],
  failureText: (text) => text,
  keyRequest: apiKeyRequest,
  files: {
    refusalText: (text) => text,
    objection: () => null,
    preview: (_row, asked) => previewPlan(asked),
    keepsHeaderOnly: false,
  },
  models: {
    request: trainedModelRequest,
    fileName: (modelId) => `model-${modelId}.edgewise`,
    unusable: (error) => error,
    wantsClassNames: false,
  },
  tuning: {
    request: tuningJobRequest,
    create: createTuningJob,
    studyDefaults: STUDY_DEFAULTS,
    steersEnded: true,
  },
  retraining: { takesAnyCron: false, style: {}, shownJob: (run) => run.tuningJobId },
  sockets: { tokenOf: () => undefined, refuse: closed },
  slotNamesRepeat: false,
  asksBeforeStopping: true,
};

function previewPlan(asked: string | undefined): PreviewPlan {
  const count = wholeNumberOf(asked || String(DEFAULT_PREVIEW_ROWS));
  if (count === null || count < 0) {
    throw new AppError("bad_request", "n_rows must be an integer of at least 0.");
  }
  return { rowCount: Math.min(count, MAX_PREVIEW_ROWS) };
}

/** A browser cannot read the status of a refused handshake: the socket opens and its close code gives the reason. */
function closed({ code, reason }: SocketRefusal): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code, reason);
  return new Response(null, { status: 101, webSocket: client });
}
