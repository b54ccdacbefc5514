import { eq } from "drizzle-orm";
import { project } from "#db/schema.ts";
import { notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { ownerOf, type Viewer } from "../viewer.ts";

/** The owner of a project, for whom its schedule acts. */
export async function ownerViewer({ db }: Pick<ServiceDeps, "db">, projectId: number): Promise<Viewer> {
  const [row] = await db.select({ ownerId: project.ownerId }).from(project).where(eq(project.id, projectId));
  if (row === undefined) throw notFound("Project");
  return ownerOf(row.ownerId);
}
