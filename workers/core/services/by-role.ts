/** What a member is told who may see a row, but not do what the request does. */
import type { ProjectRole } from "#contract/project-role.ts";
import { permissionDenied } from "./app-error.ts";
import type { Viewer } from "./viewer.ts";

const NEEDED: Readonly<Record<ProjectRole, string>> = {
  viewer: "Your role in this project does not allow this.",
  editor:
    "Your role in this project is viewer: you may look, not change. Ask an owner to make you an editor.",
  owner: "Only owners of this project may do this. Ask an owner.",
};

/**
 * What `find` finds for the caller's role. Null if the caller may not even see it: a foreign row looks like one that does not
 * exist. Throws 403 if only the role is too low.
 */
export async function findByRole<Row>(
  viewer: Viewer,
  find: (viewer: Viewer) => Promise<Row | null>,
): Promise<Row | null> {
  const row = await find(viewer);
  const { asks = "owner" } = viewer;
  if (row !== null || asks === "viewer") return row;
  if ((await find({ ...viewer, asks: "viewer" })) === null) return null;
  throw permissionDenied(NEEDED[asks]);
}
