import { open, readFile, rename, rm } from "node:fs/promises";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { Model } from "#engine/algorithms/fit/algorithm.ts";
import { type Artifact, decodeArtifact } from "#engine/artifact/decode-artifact.ts";
import { encodeArtifact } from "#engine/artifact/encode-artifact.ts";
import type { ArtifactMeta } from "#engine/artifact/format.ts";
import { MODEL_KIND } from "#engine/artifact/kinds.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { EngineError } from "#engine/engine-error.ts";
import type { FeatureTables } from "#engine/features/feature-tables.ts";
import { modelSections, type Servable, servableOf } from "#engine/serve/model-artifact.ts";
import { UsageError } from "../options/usage-error.ts";
import type { ModelKeys } from "./model-keys.ts";
import { createNodeKernels } from "./node-kernels.ts";
import { fileProblem } from "./read-file.ts";

export interface ModelContent {
  readonly model: Model;
  readonly dataset: Dataset;
  readonly tables?: FeatureTables;
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
}

/** Writes a signed model, atomically: the file is complete or absent. @returns Its length in bytes. */
export async function writeModel(
  path: string,
  { model, dataset, tables, algorithm, params }: ModelContent,
  keys: ModelKeys,
): Promise<number> {
  const { users, items, userItems } = dataset;
  const counts = { users: users.size, items: items.size, interactions: userItems.indices.length };
  const content = {
    kind: MODEL_KIND,
    meta: modelMeta({ algorithm, params }, counts),
    sections: modelSections(model, dataset, { tables }),
  };
  return writeModelChunks(path, await encodeArtifact(content, keys));
}

/** What the header of a model says of it. */
export function modelMeta(
  { algorithm, params }: Pick<ModelContent, "algorithm" | "params">,
  counts: { readonly users: number; readonly items: number; readonly interactions: number },
): ArtifactMeta {
  return { algorithm, params, ...counts };
}

/**
 * Writes chunks one after another, and gives the file its name when it is complete. Throws `UsageError` for a place that cannot be written.
 *
 * @param begins Is told the name that the file has until then.
 * @returns The length of the file in bytes.
 */
export async function writeModelChunks(
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  begins: (unfinished: string) => void = () => {},
): Promise<number> {
  const unfinished = `${path}.${process.pid}.tmp`;
  begins(unfinished);
  let bytes = 0;
  try {
    const file = await open(unfinished, "w");
    try {
      for await (const chunk of chunks) {
        await file.writeFile(chunk);
        bytes += chunk.length;
      }
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    if (error instanceof EngineError) throw error;
    throw new UsageError(`${path}: ${fileProblem(error as NodeJS.ErrnoException)}`);
  }
  return bytes;
}

/** Reads and verifies a model. Throws `UsageError` that names the file when it is damaged, foreign or signed by another key. */
export async function readModel(
  path: string,
  keys: ModelKeys,
): Promise<{ readonly artifact: Artifact; readonly bytes: number }> {
  try {
    const bytes = new Uint8Array(await readFile(path));
    const artifact = await decodeArtifact(bytes, { kind: MODEL_KIND, ...keys });
    return { artifact, bytes: bytes.length };
  } catch (error) {
    if (error instanceof EngineError) throw new UsageError(`${path}: ${error.message}`);
    throw new UsageError(`${path}: ${fileProblem(error as NodeJS.ErrnoException)}`);
  }
}

/** Reads a model that is ready to recommend. */
export async function openServable(path: string, keys: ModelKeys): Promise<Servable> {
  const { artifact } = await readModel(path, keys);
  const kernels = await createNodeKernels();
  try {
    return servableOf(artifact, kernels);
  } catch (error) {
    if (error instanceof EngineError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}
