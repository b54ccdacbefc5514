import * as z from "zod";
import { apiKeyCreatedResponse, apiKeyRequest, apiKeyResponse } from "#contract/api-key.ts";
import { auditEntryResponse } from "#contract/audit.ts";
import {
  currentSessionResponse,
  loginRequest,
  profileUpdate,
  refreshRequest,
  refreshResponse,
  sessionResponse,
  signupRequest,
  socketTicketResponse,
  userResponse,
  verifyRequest,
} from "#contract/auth.ts";
import { eventDataRequest } from "#contract/event.ts";
import { modelConfigurationRequest, modelConfigurationResponse } from "#contract/model.ts";
import { name256 } from "#contract/primitives.ts";
import {
  projectImportResponse,
  projectRequest,
  projectResponse,
  projectSummaryResponse,
} from "#contract/project.ts";
import {
  evaluationConfigRequest,
  evaluationConfigResponse,
  splitConfigRequest,
  splitConfigResponse,
} from "#contract/study-config.ts";
import { taskLogResponse } from "#contract/task.ts";
import {
  dataPreviewResponse,
  itemLookupResponse,
  itemMetaDataResponse,
  trainingDataResponse,
  userLookupResponse,
  userMetaDataResponse,
} from "#contract/training-data.ts";
import {
  jobEstimate,
  jobEstimateRequest,
  trialResponse,
  tuningJobRequest,
  tuningJobResponse,
} from "#contract/tuning-job.ts";
import {
  uploadEstimate,
  uploadEstimateRequest,
  uploadForm,
  uploadRequest,
  uploadResponse,
} from "#contract/upload.ts";
import {
  accountRequest,
  accountResponse,
  accountUpdate,
  accountUpdateResponse,
  passwordChangeRequest,
  passwordConfirmRequest,
  passwordMailRequest,
  passwordResetRequest,
} from "#contract/user.ts";
/** The purpose, input and answer of each operation of the management API. A test compares this list with the routes. */
import { apiKeys } from "#services/resources/api-key.ts";
import { auditEntries } from "#services/resources/audit-entry.ts";
import { evaluationConfigs } from "#services/resources/evaluation-config.ts";
import { itemMetaDataFiles } from "#services/resources/item-meta-data.ts";
import { modelConfigurations } from "#services/resources/model-configuration.ts";
import { projects } from "#services/resources/project.ts";
import { splitConfigs } from "#services/resources/split-config.ts";
import { taskLogs } from "#services/resources/task-log.ts";
import { trainingDataFiles } from "#services/resources/training-data.ts";
import { tuningJobs } from "#services/resources/tuning-job.ts";
import { userMetaDataFiles } from "#services/resources/user-meta-data.ts";
import { COLUMNS } from "./column-descriptions.ts";
import { DELETIONS } from "./deletion-descriptions.ts";
import { type Descriptions, describeResource } from "./description.ts";
import { EXPERIMENTS } from "./experiment-descriptions.ts";
import { MEMBERS } from "./member-descriptions.ts";
import { MODELS } from "./model-descriptions.ts";
import { QUERY } from "./query-parameters.ts";
import { removalOf } from "./removal-description.ts";
import { RETRAINING } from "./retraining-descriptions.ts";
import { RULES } from "./rule-descriptions.ts";
import { SOURCES } from "./source-descriptions.ts";
import { USAGE } from "./usage-descriptions.ts";
import { WEBHOOKS } from "./webhook-descriptions.ts";
import { WEIGHTS } from "./weight-descriptions.ts";

const archiveForm = z.object({ name: name256.optional() });
const detail = z.object({ detail: z.string() });
const EVERYTHING = ["create", "update", "delete"] as const;

const accounts: Descriptions = {
  "POST /auth/signup": {
    summary: "Make an account and log in",
    body: signupRequest,
    answer: sessionResponse,
    status: 201,
  },
  "POST /auth/login": {
    summary: "Log in by username or e-mail",
    body: loginRequest,
    answer: sessionResponse,
  },
  "POST /auth/logout": { summary: "End the session", answer: detail },
  "POST /auth/token/refresh": {
    summary: "Exchange the refresh token for new tokens",
    body: refreshRequest,
    answer: refreshResponse,
  },
  "POST /auth/token/verify": {
    summary: "Check that a token is accepted now",
    body: verifyRequest,
    answer: z.object({}),
  },
  "POST /auth/socket_ticket": {
    summary: "Get a ticket to open one socket within 30 seconds",
    answer: socketTicketResponse,
    status: 201,
  },
  "GET /auth/session": { summary: "Show the signed-in account, if any", answer: currentSessionResponse },
  "GET /auth/user": { summary: "Show yourself", answer: userResponse },
  "PUT /auth/user": {
    summary: "Change your names, with all required fields",
    body: profileUpdate,
    answer: userResponse,
  },
  "PATCH /auth/user": {
    summary: "Change some of your names",
    body: profileUpdate.partial(),
    answer: userResponse,
  },
  "POST /auth/password/change": {
    summary: "Change your password, typed twice",
    body: passwordConfirmRequest,
    answer: detail,
  },
  "POST /auth/password/reset": {
    summary: "Refused: no e-mail is sent",
    body: passwordMailRequest,
    answer: detail,
  },
  "POST /auth/password/reset/confirm": {
    summary: "Refused: there are no reset tokens",
    answer: detail,
  },
  "GET /users": { summary: "List accounts", answer: z.array(accountResponse), isList: true },
  "POST /users": { summary: "Make an account", body: accountRequest, answer: accountResponse, status: 201 },
  "GET /users/:id": { summary: "Show an account", answer: accountResponse },
  "PATCH /users/:id": {
    summary: "Change an account",
    body: accountUpdate.partial(),
    answer: accountUpdateResponse,
  },
  "POST /users/:id/deactivate": {
    summary: "End an account's sessions, keys and logins",
    answer: accountResponse,
  },
  "POST /users/:id/activate": { summary: "Let an account in again", answer: accountResponse },
  "POST /users/:id/reset_password": {
    summary: "Set an account's password",
    body: passwordResetRequest,
    answer: detail,
  },
  "POST /users/change_password": {
    summary: "Change your password",
    body: passwordChangeRequest,
    answer: detail,
  },
};

const files: Descriptions = {
  ...describeResource({
    resource: trainingDataFiles,
    answer: trainingDataResponse,
    methods: EVERYTHING,
  }),
  ...describeResource({
    resource: itemMetaDataFiles,
    answer: itemMetaDataResponse,
    methods: EVERYTHING,
  }),
  ...describeResource({
    resource: userMetaDataFiles,
    answer: userMetaDataResponse,
    methods: EVERYTHING,
  }),
  "POST /user_meta_data": {
    summary: "Upload a file about users",
    form: uploadForm,
    answer: userMetaDataResponse,
    status: 201,
  },
  "GET /user_meta_data/:id/download_file": { summary: "Download the file", isFile: true },
  "DELETE /user_meta_data/:id/unlink_file": {
    summary: "Delete the file, keep the row",
    answer: userMetaDataResponse,
  },
  "GET /user_meta_data/:id/lookup": {
    summary: "Look users up by id or by text",
    query: QUERY.lookup,
    answer: userLookupResponse,
  },
  "DELETE /training_data/:id": removalOf("training data and the models that were trained on it"),
  "POST /training_data": {
    summary: "Upload a file of interactions",
    form: uploadForm,
    answer: trainingDataResponse,
    status: 201,
  },
  "POST /item_meta_data": {
    summary: "Upload a file about items",
    form: uploadForm,
    answer: itemMetaDataResponse,
    status: 201,
  },
  "POST /training_data/estimate": {
    summary: "Show what reading a file of interactions would take, before it is sent",
    body: uploadEstimateRequest,
    answer: uploadEstimate,
  },
  "POST /training_data/:id/read_again": {
    summary: "Read a copy of the file by the project's settings of today",
    answer: trainingDataResponse,
    status: 201,
  },
  "GET /training_data/:id/preview": {
    summary: "Show the first rows",
    query: QUERY.preview,
    answer: dataPreviewResponse,
  },
  "GET /training_data/:id/download_file": { summary: "Download the file", isFile: true },
  "GET /item_meta_data/:id/download_file": { summary: "Download the file", isFile: true },
  "DELETE /training_data/:id/unlink_file": {
    summary: "Delete the file, keep the row",
    answer: trainingDataResponse,
  },
  "DELETE /item_meta_data/:id/unlink_file": {
    summary: "Delete the file, keep the row",
    answer: itemMetaDataResponse,
  },
  "GET /item_meta_data/:id/lookup": {
    summary: "Look items up by id or by text",
    query: QUERY.lookup,
    answer: itemLookupResponse,
  },
  "POST /uploads": {
    summary: "Begin an upload in parts",
    body: uploadRequest,
    answer: uploadResponse,
    status: 201,
  },
  "GET /uploads/:id": { summary: "Show which parts have arrived", answer: uploadResponse },
  "DELETE /uploads/:id": { summary: "Give an upload up", status: 204 },
  "PUT /uploads/:id/parts/:part": {
    isBytes: true,
    summary: "Send a part; sending it again replaces it",
    answer: uploadResponse,
  },
  "POST /uploads/:id/complete": {
    summary: "Join the parts",
    answer: z.union([trainingDataResponse, itemMetaDataResponse]),
    status: 201,
  },
};

const studies: Descriptions = {
  ...describeResource({
    resource: splitConfigs,
    answer: splitConfigResponse,
    body: splitConfigRequest,
    methods: EVERYTHING,
  }),
  ...describeResource({
    resource: evaluationConfigs,
    answer: evaluationConfigResponse,
    body: evaluationConfigRequest,
    methods: EVERYTHING,
  }),
  ...describeResource({
    resource: modelConfigurations,
    answer: modelConfigurationResponse,
    body: modelConfigurationRequest,
    methods: EVERYTHING,
  }),
  "DELETE /model_configuration/:id": removalOf("a model configuration and the models that were made with it"),
  ...describeResource({
    resource: tuningJobs,
    answer: tuningJobResponse,
    body: tuningJobRequest,
    methods: EVERYTHING,
  }),
  "POST /parameter_tuning_job/estimate": {
    summary:
      "Show which algorithms a job would try, which it would leave out and why, and how many users its trials would use",
    body: jobEstimateRequest,
    answer: jobEstimate,
  },
  "POST /parameter_tuning_job/:id/cancel": { summary: "Stop a tuning job", answer: tuningJobResponse },
  "POST /parameter_tuning_job/:id/pause": {
    summary: "Pause a tuning job: no further trial begins",
    answer: tuningJobResponse,
  },
  "POST /parameter_tuning_job/:id/resume": {
    summary: "Resume a paused tuning job",
    answer: tuningJobResponse,
  },
  "GET /parameter_tuning_job/:id/trials": {
    summary: "List the trials of a tuning job",
    answer: z.array(trialResponse),
    isList: true,
  },
  ...describeResource({
    resource: taskLogs,
    answer: taskLogResponse,
    methods: [],
  }),
};

export const DESCRIPTIONS: Descriptions = {
  "GET /": { summary: "List the resources", answer: z.record(z.string(), z.string()) },
  "GET /ping": { summary: "Check that the service is up", answer: z.object({ success: z.literal(true) }) },
  "GET /schema": { summary: "This document", query: QUERY.schema, isFile: true },
  "GET /schema/swagger-ui": { summary: "This document, to read", isFile: true },
  "GET /schema/redoc": { summary: "This document, to read", isFile: true },
  "GET /sample_data/:name": { summary: "Download a generated file to try things with", isFile: true },
  ...accounts,
  ...describeResource({
    resource: projects,
    pageSizeIsFixed: true,
    answer: projectResponse,
    body: projectRequest,
    methods: EVERYTHING,
  }),
  "GET /project/:id/export": { summary: "Download a project as one archive", isFile: true },
  "POST /project_import": {
    summary: "Make a project from an archive",
    form: archiveForm,
    answer: projectImportResponse,
    status: 201,
  },
  "GET /project_summary/:id": { summary: "Count the rows of a project", answer: projectSummaryResponse },
  ...files,
  ...studies,
  ...MEMBERS,
  ...MODELS,
  ...describeResource({
    resource: auditEntries,
    answer: auditEntryResponse,
    methods: [],
  }),
  ...DELETIONS,
  "POST /project/:id/event_data": {
    summary: "Make training data of a project's events so far, after the interactions of one of its files",
    body: eventDataRequest,
    answer: trainingDataResponse,
    status: 201,
  },
  ...RETRAINING,
  ...WEBHOOKS,
  ...EXPERIMENTS,
  ...RULES,
  ...SOURCES,
  ...COLUMNS,
  ...WEIGHTS,
  ...USAGE,
  ...describeResource({
    resource: apiKeys,
    answer: apiKeyResponse,
    body: apiKeyRequest,
    created: apiKeyCreatedResponse,
    methods: EVERYTHING,
  }),
  "POST /api_keys/:id/rotate": {
    summary: "Give an API key another secret; the old one is refused from then on",
    answer: apiKeyCreatedResponse,
  },
  "POST /api_keys/:id/revoke": {
    summary: "Revoke an API key",
    answer: z.object({ status: z.literal("revoked") }),
  },
};
