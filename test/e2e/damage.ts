import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const OBJECT_TABLES = "v3/r2/miniflare-R2BucketObject";
const BLOBS = "v3/r2/edgewise-store/blobs";

/** Flips one bit in the middle of an R2 object of a stopped stack. Throws when the object does not exist. */
export function flipByteOfArtifact(stateDir: string, key: string): void {
  const path = join(stateDir, BLOBS, blobOf(stateDir, key));
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

function blobOf(stateDir: string, key: string): string {
  const dir = join(stateDir, OBJECT_TABLES);
  const tables = readdirSync(dir).filter((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite");
  for (const name of tables) {
    const database = new DatabaseSync(join(dir, name), { readOnly: true });
    const row = database.prepare("SELECT blob_id FROM _mf_objects WHERE key = ?").get(key);
    database.close();
    if (typeof row?.blob_id === "string") return row.blob_id;
  }
  throw new Error(`There is no object "${key}" in ${stateDir}.`);
}
