/** Which check of the browser tests looks at which page. */
import { DASHBOARD_PATHS, PROJECT_PATH, PROJECT_PATHS } from "#contract/dashboard-paths.ts";

type DashboardPage = Exclude<keyof typeof DASHBOARD_PATHS, "home"> | keyof typeof PROJECT_PATHS;

/** Home shows nothing of its own: it leads to a project, the projects, or the page to sign in. */
export const CHECK_OF_PAGE: Readonly<Record<DashboardPage, string>> = {
  login: "01-sign-in",
  signup: "02-sign-up",
  account: "72-account",
  accounts: "20-accounts",
  invitation: "70-invitation",
  projects: "03-projects",
  newProject: "04-new-project",
  overview: "07-overview",
  data: "06-data",
  report: "05-report",
  jobs: "25-jobs",
  compareJobs: "26-compared-jobs",
  newJob: "08-new-job",
  job: "09-job",
  models: "10b-models",
  compareModels: "24-comparison",
  configurations: "63-settings",
  model: "10-model",
  live: "50-releases",
  experiments: "53-experiments",
  newExperiment: "51-new-experiment",
  experiment: "52-experiment-ended",
  events: "58-events",
  webhooks: "57-webhooks",
  usage: "59-usage",
  rules: "54-rule",
  inspect: "60-inspector",
  start: "62-start",
  retraining: "21-retraining",
  keys: "12-key",
  team: "71-team",
  activity: "22-activity",
  settings: "33-settings",
};

const ALL_PATHS: readonly (readonly [page: string, path: string])[] = [
  ...Object.entries(DASHBOARD_PATHS),
  ...Object.entries(PROJECT_PATHS).map(([page, path]) => [page, PROJECT_PATH + path] as const),
];

const FORM_OF_CHECK: ReadonlyMap<string, RegExp> = new Map(
  ALL_PATHS.filter(([page]) => page in CHECK_OF_PAGE).map(([page, path]) => [
    CHECK_OF_PAGE[page as DashboardPage],
    new RegExp(`^${path.replace(/\/$/, "").replace(/:\w+/g, String.raw`\d+`)}/?$`),
  ]),
);

/** What the address of a check is like; null for a check that stands for no page. */
export function addressOf(check: string): RegExp | null {
  return FORM_OF_CHECK.get(check) ?? null;
}
