/** What pages ask the API for, asked as soon as the address is known: beside the page's code and the project, not after them. */
import type { QueryClient } from "@tanstack/solid-query";
import { keyListQuery } from "./api/api-keys.ts";
import { sessionQuery } from "./api/auth.ts";
import { servingQuery } from "./api/deployment.ts";
import { membersQuery } from "./api/members.ts";
import { modelListQuery, modelQuery } from "./api/models.ts";
import { projectQuery } from "./api/projects.ts";
import { dataListQuery, dataQuery } from "./api/training-data.ts";
import { jobListQuery } from "./api/tuning-jobs.ts";

/** Never rejects: what fails, the page asks for again, and shows. */
type Ask = QueryClient["prefetchQuery"];

/** Ids in the address of a page. */
interface PageIds {
  readonly project: number;
  /** Of what the page is about: a file or a model; 0 for other pages. */
  readonly own: number;
}

/** By the name of a page in `PROJECT_PATHS`; `frame` is what every page of a project needs. */
const PAGE_DATA = {
  frame: (ask, { project }) => [ask(projectQuery(project)), ask(membersQuery(project))],
  overview: (ask, { project }) => [
    ask(servingQuery(project)),
    ask(dataListQuery(project)),
    ask(jobListQuery(project)),
    ask(modelListQuery(project)),
    ask(keyListQuery(project)),
  ],
  report: (ask, { own }) => [ask(dataQuery(own))],
  newJob: (ask, { project }) => [ask(dataListQuery(project))],
  model: (ask, { project, own }) => [ask(modelQuery(own)), ask(servingQuery(project))],
  live: (ask, { project }) => [ask(servingQuery(project))],
  keys: (ask, { project }) => [ask(keyListQuery(project)), ask(modelListQuery(project))],
} as const satisfies Readonly<Record<string, (ask: Ask, ids: PageIds) => readonly Promise<void>[]>>;

/** Asks for a page's data once it is known that somebody is signed in: visitors are refused nothing that they did not ask for. */
export async function askEarly(
  client: QueryClient,
  page: keyof typeof PAGE_DATA,
  params: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  // The session's own query shows why it failed.
  const user = await client.ensureQueryData(sessionQuery()).catch(() => null);
  if (user === null) return;
  const ids = { project: Number(params.projectId), own: Number(params.dataId ?? params.modelId ?? 0) };
  await Promise.all(PAGE_DATA[page]((query) => client.prefetchQuery(query), ids));
}
