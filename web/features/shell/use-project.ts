import { useParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import type { ProjectResponse } from "#contract/project.ts";
import { projectQuery } from "../../api/projects.ts";
import { loadedData } from "../../components/loaded.tsx";

/** The project of the page's address. Pages inside the project's frame are shown once it is loaded. */
export function useProject(): {
  projectId: Accessor<number>;
  project: Accessor<ProjectResponse | undefined>;
  href: (path?: string) => string;
} {
  const params = useParams<{ projectId: string }>();
  const projectId = () => Number(params.projectId);
  const query = useQuery(() => projectQuery(projectId()));
  return {
    projectId,
    project: () => loadedData(query),
    href: (path = "") => `/projects/${projectId()}${path}`,
  };
}
