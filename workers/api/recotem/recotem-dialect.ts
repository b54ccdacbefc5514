import { DEFAULT_STUDY_ALGORITHMS } from "#contract/algorithms.ts";
import { apiKeyRequestOf } from "#contract/api-key.ts";
import { deployMode } from "#contract/deployment.ts";
import { integer } from "#contract/field.ts";
import { MAX_PARALLEL_TRIALS, MAX_TRIALS } from "#contract/limits.ts";
import { trainedModelRequest } from "#contract/model.ts";
import { tuningJobRequest } from "#contract/tuning-job.ts";
import { permissionDenied } from "#services/app-error.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { failureText, hiddenFields, shown, unusable } from "./answers.ts";
import { appendSlash } from "./append-slash.ts";
import { checkName } from "./file-name.ts";
import { objection, preview, refusalText } from "./files.ts";
import { createOrFailTuningJob } from "./impossible-jobs.ts";
import { referenceHeaders, unknownPath } from "./pages.ts";

/** Recotem's slots change by hand and by schedules alone. */
const deploy = deployMode().default("never");

/** The answers of Recotem, for clients that accept nothing else (`EDGEWISE_EXACT_RECOTEM`). */
export const recotemDialect: Dialect = {
  title: "Recotem API",
  middleware: [appendSlash],
  unknownPath,
  referenceHeaders,
  shown,
  hiddenFields,
  failureText,
  // Its text for an unknown scope names its own three.
  keyRequest: apiKeyRequestOf(["read", "write", "predict"]),
  files: { checkName, refusalText, objection, preview, keepsHeaderOnly: true },
  models: {
    request: trainedModelRequest.extend({ deploy }),
    fileName: (modelId) => `model-${modelId}.pkl`,
    unusable,
    wantsClassNames: true,
  },
  tuning: {
    // Recotem accepts numbers below 1, too, and the job fails.
    request: tuningJobRequest.extend({
      n_tasks_parallel: integer({ max: MAX_PARALLEL_TRIALS }).default(1),
      n_trials: integer({ max: MAX_TRIALS }).default(40),
      deploy,
    }),
    create: createOrFailTuningJob,
    // Clients of Recotem know its class names only, and no blends.
    studyDefaults: { algorithms: DEFAULT_STUDY_ALGORITHMS, triesBlend: false },
    // Recotem has no addresses to cancel, pause or resume a job, so an ended job has none here.
    steersEnded: false,
  },
  retraining: {
    takesAnyCron: true,
    // Recotem counts bytes, though its field is called rows, and does not measure a new model against the live one.
    style: { dataSize: (data) => data.filesize, deploysUnmeasured: true },
    // With a fixed configuration, Edgewise's job measures its model. Recotem has no such job.
    shownJob: (run) => (run.configurationId === null ? run.tuningJobId : null),
  },
  sockets: {
    // Recotem's clients send the access token in the address.
    tokenOf: (c) => c.req.query("token"),
    // After any close code they reconnect without end; a refused handshake ends that.
    refuse: ({ reason }) => {
      throw permissionDenied(reason);
    },
  },
  // Its slots have an id, and a name for people.
  slotNamesRepeat: true,
  asksBeforeStopping: false,
};
