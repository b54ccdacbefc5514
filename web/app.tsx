import { Route, Router } from "@solidjs/router";
import { QueryClientProvider } from "@tanstack/solid-query";
import type { JSX, ParentProps } from "solid-js";
import { makeQueryClient } from "./api/query-client.ts";
import { LoginPage } from "./features/auth/login-page.tsx";
import { RequireSession } from "./features/auth/require-session.tsx";
import { SessionProvider } from "./features/auth/session.tsx";
import { SignupPage } from "./features/auth/signup-page.tsx";
import { ProjectListPage } from "./features/projects/project-list-page.tsx";
import { ErrorPage } from "./features/shell/error-page.tsx";
import { lazyPage } from "./features/shell/lazy-page.tsx";
import { NotFoundPage } from "./features/shell/not-found-page.tsx";
import { ProjectShell } from "./features/shell/project-shell.tsx";
import { ToHome } from "./features/shell/to-home.tsx";

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
const JobPage = lazyPage(async () => (await import("./features/tuning/job-page.tsx")).JobPage);
const ModelListPage = lazyPage(
  async () => (await import("./features/models/model-list-page.tsx")).ModelListPage,
);
const ModelPage = lazyPage(async () => (await import("./features/models/model-page.tsx")).ModelPage);
const ComparePage = lazyPage(async () => (await import("./features/models/compare-page.tsx")).ComparePage);
const RetrainingPage = lazyPage(
  async () => (await import("./features/retraining/retraining-page.tsx")).RetrainingPage,
);
const ActivityPage = lazyPage(
  async () => (await import("./features/activity/activity-page.tsx")).ActivityPage,
);
const AccountsPage = lazyPage(
  async () => (await import("./features/accounts/accounts-page.tsx")).AccountsPage,
);
const KeysPage = lazyPage(async () => (await import("./features/keys/keys-page.tsx")).KeysPage);

const queryClient = makeQueryClient();
const ROW_ID = /^[1-9]\d*$/;

export function App(): JSX.Element {
  return (
    <QueryClientProvider client={queryClient}>
      <Router root={Root}>
        <Route path="/login" component={LoginPage} />
        <Route path="/signup" component={SignupPage} />
        <Route path="/" component={RequireSession}>
          <Route path="/" component={ToHome} />
          <Route path="/projects" component={ProjectListPage} />
          <Route path="/accounts" component={AccountsPage} />
          <Route path="/projects/new" component={NewProjectPage} />
          <Route path="/projects/:projectId" component={ProjectShell} matchFilters={{ projectId: ROW_ID }}>
            <Route path="/" component={OverviewPage} />
            <Route path="/data" component={DataPage} />
            <Route path="/data/:dataId" component={ReportPage} matchFilters={{ dataId: ROW_ID }} />
            <Route path="/tuning" component={JobListPage} />
            <Route path="/tuning/new" component={NewJobPage} />
            <Route path="/tuning/:jobId" component={JobPage} matchFilters={{ jobId: ROW_ID }} />
            <Route path="/models" component={ModelListPage} />
            <Route path="/models/compare" component={ComparePage} />
            <Route path="/models/:modelId" component={ModelPage} matchFilters={{ modelId: ROW_ID }} />
            <Route path="/retraining" component={RetrainingPage} />
            <Route path="/keys" component={KeysPage} />
            <Route path="/activity" component={ActivityPage} />
          </Route>
        </Route>
        <Route path="*" component={NotFoundPage} />
      </Router>
    </QueryClientProvider>
  );
}

function Root(props: ParentProps): JSX.Element {
  return (
    <ErrorPage>
      <SessionProvider>{props.children}</SessionProvider>
    </ErrorPage>
  );
}
