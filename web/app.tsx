import { Route, type RoutePreloadFuncArgs, Router } from "@solidjs/router";
import { QueryClientProvider } from "@tanstack/solid-query";
import type { JSX, ParentProps } from "solid-js";
import { DASHBOARD_PATHS, PROJECT_PATH, PROJECT_PATHS, ROW_ID_FORM } from "#contract/dashboard-paths.ts";
import { makeQueryClient } from "./api/query-client.ts";
import { LoginPage } from "./features/auth/login-page.tsx";
import { RequireSession } from "./features/auth/require-session.tsx";
import { SessionProvider } from "./features/auth/session.tsx";
import { SignupPage } from "./features/auth/signup-page.tsx";
import { ErrorPage } from "./features/shell/error-page.tsx";
import { lazyPage } from "./features/shell/lazy-page.tsx";
import { NotFoundPage } from "./features/shell/not-found-page.tsx";
import { PaletteHost } from "./features/shell/palette-host.tsx";
import { ProjectShell } from "./features/shell/project-shell.tsx";
import { ToHome } from "./features/shell/to-home.tsx";
import { askEarly } from "./page-data.ts";

const ProjectListPage = lazyPage(
  async () => (await import("./features/projects/project-list-page.tsx")).ProjectListPage,
);
const NewProjectPage = lazyPage(
  async () => (await import("./features/projects/new-project-page.tsx")).NewProjectPage,
);
const OverviewPage = lazyPage(
  async () => (await import("./features/projects/overview-page.tsx")).OverviewPage,
);
const DataPage = lazyPage(async () => (await import("./features/data/data-page.tsx")).DataPage);
const ReportPage = lazyPage(async () => (await import("./features/data/report-page.tsx")).ReportPage);
const JobListPage = lazyPage(async () => (await import("./features/tuning/job-list-page.tsx")).JobListPage);
const NewJobPage = lazyPage(async () => (await import("./features/tuning/new-job-page.tsx")).NewJobPage);
const CompareJobsPage = lazyPage(
  async () => (await import("./features/tuning/compare-jobs-page.tsx")).CompareJobsPage,
);
const JobPage = lazyPage(async () => (await import("./features/tuning/job-page.tsx")).JobPage);
const ModelListPage = lazyPage(
  async () => (await import("./features/models/model-list-page.tsx")).ModelListPage,
);
const ModelPage = lazyPage(async () => (await import("./features/models/model-page.tsx")).ModelPage);
const ComparePage = lazyPage(async () => (await import("./features/models/compare-page.tsx")).ComparePage);
const ConfigurationsPage = lazyPage(
  async () => (await import("./features/configurations/configurations-page.tsx")).ConfigurationsPage,
);
const LivePage = lazyPage(async () => (await import("./features/live/live-page.tsx")).LivePage);
const ExperimentListPage = lazyPage(
  async () => (await import("./features/experiments/experiment-list-page.tsx")).ExperimentListPage,
);
const NewExperimentPage = lazyPage(
  async () => (await import("./features/experiments/new-experiment-page.tsx")).NewExperimentPage,
);
const ExperimentPage = lazyPage(
  async () => (await import("./features/experiments/experiment-page.tsx")).ExperimentPage,
);
const EventsPage = lazyPage(async () => (await import("./features/events/events-page.tsx")).EventsPage);
const WebhooksPage = lazyPage(
  async () => (await import("./features/webhooks/webhooks-page.tsx")).WebhooksPage,
);
const UsagePage = lazyPage(async () => (await import("./features/usage/usage-page.tsx")).UsagePage);
const RulesPage = lazyPage(async () => (await import("./features/rules/rules-page.tsx")).RulesPage);
const InspectPage = lazyPage(async () => (await import("./features/inspect/inspect-page.tsx")).InspectPage);
const StartPage = lazyPage(async () => (await import("./features/onboarding/start-page.tsx")).StartPage);
const RetrainingPage = lazyPage(
  async () => (await import("./features/retraining/retraining-page.tsx")).RetrainingPage,
);
const ActivityPage = lazyPage(
  async () => (await import("./features/activity/activity-page.tsx")).ActivityPage,
);
const AccountsPage = lazyPage(
  async () => (await import("./features/accounts/accounts-page.tsx")).AccountsPage,
);
const TeamPage = lazyPage(async () => (await import("./features/team/team-page.tsx")).TeamPage);
const InvitationPage = lazyPage(
  async () => (await import("./features/team/invitation-page.tsx")).InvitationPage,
);
const AccountPage = lazyPage(async () => (await import("./features/account/account-page.tsx")).AccountPage);
const SettingsPage = lazyPage(
  async () => (await import("./features/settings/settings-page.tsx")).SettingsPage,
);
const KeysPage = lazyPage(async () => (await import("./features/keys/keys-page.tsx")).KeysPage);

const queryClient = makeQueryClient();
const early =
  (page: Parameters<typeof askEarly>[1]) =>
  ({ params }: RoutePreloadFuncArgs) =>
    void askEarly(queryClient, page, params);

export function App(): JSX.Element {
  return (
    <QueryClientProvider client={queryClient}>
      <Router root={Root}>
        <Route path={DASHBOARD_PATHS.login} component={LoginPage} />
        <Route path={DASHBOARD_PATHS.signup} component={SignupPage} />
        <Route path={DASHBOARD_PATHS.home} component={SignedIn}>
          <Route path={DASHBOARD_PATHS.home} component={ToHome} />
          <Route path={DASHBOARD_PATHS.projects} component={ProjectListPage} />
          <Route path={DASHBOARD_PATHS.accounts} component={AccountsPage} />
          <Route path={DASHBOARD_PATHS.account} component={AccountPage} />
          <Route path={DASHBOARD_PATHS.invitation} component={InvitationPage} />
          <Route path={DASHBOARD_PATHS.newProject} component={NewProjectPage} />
          <Route
            path={PROJECT_PATH}
            component={ProjectShell}
            matchFilters={{ projectId: ROW_ID_FORM }}
            preload={early("frame")}
          >
            <Route path={PROJECT_PATHS.overview} component={OverviewPage} preload={early("overview")} />
            <Route path={PROJECT_PATHS.data} component={DataPage} />
            <Route
              path={PROJECT_PATHS.report}
              component={ReportPage}
              preload={early("report")}
              matchFilters={{ dataId: ROW_ID_FORM }}
            />
            <Route path={PROJECT_PATHS.jobs} component={JobListPage} />
            <Route path={PROJECT_PATHS.newJob} component={NewJobPage} preload={early("newJob")} />
            <Route path={PROJECT_PATHS.compareJobs} component={CompareJobsPage} />
            <Route path={PROJECT_PATHS.job} component={JobPage} matchFilters={{ jobId: ROW_ID_FORM }} />
            <Route path={PROJECT_PATHS.models} component={ModelListPage} />
            <Route path={PROJECT_PATHS.compareModels} component={ComparePage} />
            <Route
              path={PROJECT_PATHS.model}
              component={ModelPage}
              matchFilters={{ modelId: ROW_ID_FORM }}
              preload={early("model")}
            />
            <Route path={PROJECT_PATHS.configurations} component={ConfigurationsPage} />
            <Route path={PROJECT_PATHS.live} component={LivePage} preload={early("live")} />
            <Route path={PROJECT_PATHS.experiments} component={ExperimentListPage} />
            <Route path={PROJECT_PATHS.newExperiment} component={NewExperimentPage} />
            <Route
              path={PROJECT_PATHS.experiment}
              component={ExperimentPage}
              matchFilters={{ experimentId: ROW_ID_FORM }}
            />
            <Route path={PROJECT_PATHS.events} component={EventsPage} />
            <Route path={PROJECT_PATHS.webhooks} component={WebhooksPage} />
            <Route path={PROJECT_PATHS.usage} component={UsagePage} />
            <Route path={PROJECT_PATHS.rules} component={RulesPage} />
            <Route path={PROJECT_PATHS.inspect} component={InspectPage} />
            <Route path={PROJECT_PATHS.start} component={StartPage} />
            <Route path={PROJECT_PATHS.retraining} component={RetrainingPage} />
            <Route path={PROJECT_PATHS.keys} component={KeysPage} preload={early("keys")} />
            <Route path={PROJECT_PATHS.team} component={TeamPage} />
            <Route path={PROJECT_PATHS.activity} component={ActivityPage} />
            <Route path={PROJECT_PATHS.settings} component={SettingsPage} />
          </Route>
        </Route>
        <Route path="*" component={NotFoundPage} />
      </Router>
    </QueryClientProvider>
  );
}

function SignedIn(props: ParentProps): JSX.Element {
  return (
    <RequireSession>
      {props.children}
      <PaletteHost />
    </RequireSession>
  );
}

function Root(props: ParentProps): JSX.Element {
  return (
    <ErrorPage>
      <SessionProvider>{props.children}</SessionProvider>
    </ErrorPage>
  );
}
