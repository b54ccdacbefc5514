/** Exchanges with Recotem that Edgewise answers otherwise, by group and name, and why. The guide has them for people. */
const PASSWORD = "The password decides, whatever cookie or bearer comes with it.";
const BROKEN_ROWS = "A refused file and a broken upload left no row.";
const OTHERS_MODEL = "A model of another project is answered as one that does not exist.";
const BUSY = "On a busy machine a study of one second ends without a trial.";
const NO_DOCUMENTS = "All routes are in the description of the management API.";
const KEEPS_EVENT = "A key that may predict deletes no event.";

export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
  "01-auth/login with a stale bearer header fails although credentials are right": PASSWORD,
  "01-auth/login with a stale access cookie": PASSWORD,
  "01-auth/refresh by cookie": "A new refresh token comes with each refresh, which exposes a stolen one.",
  "01-auth/password reset unknown mail": "No e-mail is sent, and the answer says so.",
  "01-auth/access token still valid after logout": "A logout ends the session.",
  "04-training_data/upload duplicate columns": "Two columns of one name are refused.",
  "04-training_data/list page size 2": BROKEN_ROWS,
  "04-training_data/list page size 2 page 2": BROKEN_ROWS,
  "04-training_data/list page size over 100": BROKEN_ROWS,
  "04-training_data/download unicode name": "Names beyond ASCII are in `filename*` alone.",
  "09-trained_model/recommendation default cutoff 10": "The order of equal scores is that of ids.",
  "10-parameter_tuning_job/after a while: timeout_overall 1": BUSY,
  "10-parameter_tuning_job/after a while: timeout_overall 1 (log)": BUSY,
  "10-parameter_tuning_job/summary after tuning": "Counts are of rows, and not multiplied.",
  "12-websocket/live status until the end": "The job has begun when the socket opens.",
  "12-websocket/live logs until the end": "Lines have their time.",
  "13-api_keys/revoked is inactive": "A change to an unknown scope was refused.",
  "13-api_keys/key reads auth user": "A key reaches its project and nothing else.",
  "15-inference/models": "The list is for a key, of its project.",
  "15-inference/predict malformed json": "The text is that of another parser.",
  "15-inference/predict model of another project": OTHERS_MODEL,
  "15-inference/batch other project": OTHERS_MODEL,
  "15-inference/openapi is public": NO_DOCUMENTS,
  "15-inference/docs are public": NO_DOCUMENTS,
  "17-ab_test/results of a draft": KEEPS_EVENT,
  "17-ab_test/results of a draft counts events before its start": KEEPS_EVENT,
  "18-retraining/list filter project": "A schedule on data of somebody else was refused.",
  "18-retraining/auto deploy slot": "The serving slot gets the new model; no slot is added.",
};
