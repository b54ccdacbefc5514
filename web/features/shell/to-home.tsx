import { Navigate } from "@solidjs/router";
import type { JSX } from "solid-js";
import { readLastProject } from "../auth/last-project.ts";

export function ToHome(): JSX.Element {
  const projectId = readLastProject();
  return <Navigate href={projectId === null ? "/projects" : `/projects/${projectId}`} />;
}
