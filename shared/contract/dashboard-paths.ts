/** The paths of the dashboard's pages: its router and the Worker that answers these addresses both read this list. */

/** A row id in an address. */
export const ROW_ID_FORM = /^[1-9]\d*$/;

/** Pages outside of a project. */
export const DASHBOARD_PATHS = {
  home: "/",
  login: "/login",
  signup: "/signup",
  account: "/account",
  accounts: "/accounts",
  invitation: "/invitation",
  projects: "/projects",
  newProject: "/projects/new",
} as const;

export const PROJECT_PATH = "/projects/:projectId";

/** Pages of a project, relative to its address. */
export const PROJECT_PATHS = {
  overview: "/",
  data: "/data",
  report: "/data/:dataId",
  jobs: "/tuning",
  newJob: "/tuning/new",
  compareJobs: "/tuning/compare",
  job: "/tuning/:jobId",
  models: "/models",
  compareModels: "/models/compare",
  configurations: "/models/settings",
  model: "/models/:modelId",
  live: "/live",
  experiments: "/experiments",
  newExperiment: "/experiments/new",
  experiment: "/experiments/:experimentId",
  events: "/events",
  webhooks: "/webhooks",
  usage: "/usage",
  rules: "/rules",
  inspect: "/inspect",
  start: "/start",
  retraining: "/retraining",
  keys: "/keys",
  team: "/team",
  activity: "/activity",
  settings: "/settings",
} as const;

const PAGE_FORMS: readonly RegExp[] = [
  ...Object.values(DASHBOARD_PATHS),
  ...Object.values(PROJECT_PATHS).map((path) => PROJECT_PATH + path),
].map(formOf);

/** The addresses of a path: its ids are numbers, and one slash may follow. */
export function formOf(path: string): RegExp {
  const id = ROW_ID_FORM.source.replace(/^\^|\$$/g, "");
  return new RegExp(`^${path.replace(/\/$/, "").replace(/:\w+/g, id)}/?$`);
}

/** Whether the dashboard has a page at a path, exactly as sent: encoded letters are not decoded. */
export function isDashboardPath(pathname: string): boolean {
  return PAGE_FORMS.some((form) => form.test(pathname));
}
