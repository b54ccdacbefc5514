/**
 * An artifact names its project and row, and so does its key. If the two differ, the file was put under a wrong key and is
 * refused. A good signature alone would let one tenant's model answer for another's.
 */
import { type ArtifactMeta, badArtifact } from "#engine/artifact/format.ts";

export type ArtifactNames = Readonly<Record<string, number>>;

const ROW_FIELDS: Readonly<Record<string, string>> = {
  datasets: "data_id",
  metadata: "metadata_id",
  "user-metadata": "metadata_id",
  models: "model_id",
  studies: "job_id",
  items: "shelf_seq",
};

/** The erasure's item, and the attempt that wrote the file (absent in files of an earlier release). See `erasedKey`. */
const ERASED_FILE = /^\d{1,15}(-[0-9a-f]{1,64}(-\d{1,9})?)?\.edgewise$/;

/**
 * The names that the artifact under a key must have. Artifacts of an erasure name the project only; for a checkpoint, a part, features or written
 * rows the model or job is enough, which belongs to one project. Null for a key that holds no artifact.
 */
export function namesOfKey(key: string): ArtifactNames | null {
  const [, projectId, folder = "", file = ""] = /^projects\/(\d{1,15})\/([a-z-]+)\/([^/]+)$/.exec(key) ?? [];
  if (projectId === undefined) return null;
  const project = { project_id: Number(projectId) };
  if (folder === "erased") return ERASED_FILE.test(file) ? project : null;
  const field = ROW_FIELDS[folder];
  const [, rowId, suffix] =
    /^(\d{1,15})\.(edgewise|checkpoint-\d|part-\d{1,6}|features|sample|written-(?:items|users))$/.exec(
      file,
    ) ?? [];
  if (field === undefined || rowId === undefined) return null;
  const row = { [field]: Number(rowId) };
  return suffix === "edgewise" || suffix === "sample" ? { ...project, ...row } : row;
}

/** Throws `BAD_ARTIFACT` when an artifact has other names. */
export function requireNames(meta: ArtifactMeta, names: ArtifactNames): void {
  for (const [field, expected] of Object.entries(names)) {
    if (meta[field] === expected) continue;
    throw badArtifact(
      `The artifact names ${field} ${JSON.stringify(meta[field])}, expected ${expected}: it is under a wrong key.`,
    );
  }
}
