/** Runs LightFM, in a Python that has it, on a split of the bench. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import type { FeatureMatrix } from "#engine/data/side-features.ts";
import type { FeatureData } from "./feature-data.ts";
import type { Measured, Parts } from "./measure-case.ts";

/** By row of the table. Throws what Python printed if it fails. */
export function measureLightFm(
  python: string,
  { features }: FeatureData,
  { train, heldout, candidates }: Parts,
  seed: number,
): ReadonlyMap<string, Measured> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-lightfm-"));
  try {
    const all = Uint32Array.from({ length: train.columnCount }, (_, item) => item);
    writeMatrix(folder, "train", train);
    writeMatrix(folder, "heldout", heldout);
    writeSide(folder, "items", features.items);
    writeSide(folder, "users", features.users);
    writeFileSync(join(folder, "candidates"), candidates ?? all);
    writeFileSync(join(folder, "seed"), String(seed));
    const script = fileURLToPath(new URL("lightfm_rows.py", import.meta.url));
    const { status, stdout, stderr, error } = spawnSync(python, [script, folder], { encoding: "utf8" });
    if (status !== 0) throw new Error(`${python} failed: ${error?.message ?? stderr}`);
    const rows = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Measured & { readonly label: string });
    return new Map(rows.map((row) => [row.label, row]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The features, and which of them are words of titles and texts. */
function writeSide(folder: string, name: string, features: FeatureMatrix | undefined): void {
  if (features === undefined) return;
  writeMatrix(folder, name, features);
  const words = (features.layout ?? [])
    .filter(({ kind }) => kind === "title" || kind === "text")
    .flatMap(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at));
  writeFileSync(join(folder, `${name}.words`), JSON.stringify(words));
}

export function writeMatrix(folder: string, name: string, matrix: CsrMatrix): void {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify([matrix.rowCount, matrix.columnCount]));
  for (const part of ["indptr", "indices", "values"] as const) {
    writeFileSync(join(folder, `${name}.${part}`), matrix[part]);
  }
}
