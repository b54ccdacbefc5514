/** The built Worker for recommendations alone in workerd, as deployed: no proxy, no other Worker, a socket of its own. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare, type V4WorkerOptions } from "miniflare";
import { METADATA_KIND, MODEL_KIND } from "#engine/artifact/kinds.ts";
import type { Section } from "#engine/artifact/section.ts";
import { createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { encodeStorable } from "#storage/encode-storable.ts";
import { metadataKey, modelKey } from "#storage/keys.ts";
import {
  keyEntry,
  type ModelReference,
  manifestEntry,
  type RoutingManifest,
} from "#storage/routing-store.ts";
import { ROOT } from "../../../scripts/build/root.ts";
import { areWorkersBuilt, readPlan, workersDir } from "../../../scripts/stack/built-stack.ts";
import { childrenOf } from "./process-cpu.ts";

const SECRET = "a-secret-of-the-bench-that-is-long-enough-for-it";
const NAME = "edgewise-recommend";
export const PROJECT = 1;
export const KEY = keyOfProject(PROJECT);

/** The key of any project of the bench. */
export function keyOfProject(project: number): string {
  return `rctm_${String(project).padStart(64, "b")}`;
}

export interface ServingWorker {
  readonly port: number;
  /** The process id of workerd. */
  readonly pid: number;
  /**
   * Stores a model and makes it a project's only one.
   *
   * @param metadata Of its items.
   * @param experiment Two slots with this model share the requests of an experiment; null for one slot without any.
   * @returns Bytes of the stored model.
   */
  serve(
    model: BenchArtifact,
    metadata: readonly Section[],
    project?: number,
    experiment?: BenchExperiment | null,
  ): Promise<number>;
  stop(): Promise<void>;
}

export const BENCH_EXPERIMENTS = ["ab", "interleave", "holdout"] as const;
export type BenchExperiment = (typeof BENCH_EXPERIMENTS)[number];

export interface BenchArtifact {
  readonly id: number;
  readonly algorithm: string;
  readonly sections: readonly Section[];
}

export interface WorkerOptions {
  readonly port: number;
  /** Where the inspector of workerd listens, for profiles; null for none. */
  readonly inspectorPort: number | null;
  /** Instead of the program, one that does nothing; to tell what the runtime itself takes. */
  readonly isEmpty?: boolean;
}

/** Exports what the bindings name. */
const EMPTY_PROGRAM =
  "class A {} export default { fetch: () => new Response() };" +
  "export { A as EventShard, A as ItemShelf, A as ProjectMeter, A as Preview };";

export async function startServingWorker({
  port,
  inspectorPort,
  isEmpty = false,
}: WorkerOptions): Promise<ServingWorker> {
  const dir = workersDir();
  if (!areWorkersBuilt(dir))
    execFileSync(process.execPath, [join(ROOT, "scripts/stack/build.ts")], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  const planned = readPlan(dir).workers.find(({ name }) => name === NAME);
  if (!planned) throw new Error(`The plan has no ${NAME}.`);
  const worker = {
    ...planned.options,
    name: NAME,
    modulesRoot: join(dir, planned.bundle),
    modules: isEmpty ? emptyModules(join(dir, planned.bundle)) : modulesOf(join(dir, planned.bundle)),
    bindings: { ...planned.options.bindings, EDGEWISE_SECRET: SECRET, EDGEWISE_PREVIOUS_SECRETS: "" },
    unsafeDirectSockets: [{ host: "127.0.0.1", port }],
  } as V4WorkerOptions;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: {},
      telemetry: { enabled: false },
      ...(inspectorPort !== null && { inspectorPort }),
      workers: [worker],
    }),
  );
  await miniflare.ready;
  const [pid = 0] = childrenOf(process.pid)
    .filter(({ command }) => command.includes("workerd"))
    .map((child) => child.pid);
  const routing = await miniflare.getKVNamespace("ROUTING", NAME);
  const store = await miniflare.getR2Bucket("STORE", NAME);
  const { signer } = await createArtifactKeyRing([SECRET]);
  const putKeyOf = (project: number) => {
    const record = { id: project, project_id: project, scopes: ["predict", "events"], expires_at: null };
    const hash = createHash("sha256").update(keyOfProject(project)).digest("hex");
    return routing.put(keyEntry(hash), JSON.stringify(record));
  };
  const put = async (key: string, content: Parameters<typeof encodeStorable>[0]): Promise<number> => {
    const { bytes, chunks } = await encodeStorable(content, signer);
    const file = new Uint8Array(bytes);
    let at = 0;
    for await (const chunk of chunks) {
      file.set(chunk, at);
      at += chunk.length;
    }
    await store.put(key, file);
    return bytes;
  };
  return {
    port,
    pid,
    async serve({ id, algorithm, sections }, metadata, project = PROJECT, experiment = null) {
      await putKeyOf(project);
      const meta = { algorithm, project_id: project, model_id: id };
      const artifact_key = modelKey(project, id);
      const metadata_key = metadataKey(project, id);
      const bytes = await put(artifact_key, { kind: MODEL_KIND, meta, sections });
      const metadataMeta = { metadata_id: id, project_id: project };
      await put(metadata_key, { kind: METADATA_KIND, meta: metadataMeta, sections: metadata });
      const manifest: RoutingManifest = {
        v: 1,
        project_id: project,
        slots: [{ id: 1, name: "default", weight: 100, model: { id, artifact_key }, previous: null }],
        metadata_key,
        ...(experiment && testedSlots(experiment, { id, artifact_key })),
      };
      await routing.put(manifestEntry(project), JSON.stringify(manifest));
      return bytes;
    },
    stop: () => miniflare.dispose(),
  };
}

/** The second slot has the first one's model: what an answer costs more is the experiment. Of a holdout half of the people are in it. */
function testedSlots(kind: BenchExperiment, model: ModelReference): Partial<RoutingManifest> {
  const slots = [1, 2].map((id) => ({
    id,
    name: `slot ${id}`,
    weight: id === 1 ? 100 : 0,
    model,
    previous: null,
  }));
  if (kind === "holdout") return { slots, holdout: { id: 1, share: 0.5, slot_id: null } };
  return { slots, experiment: { id: 1, kind, arms: slots.map(({ id }) => ({ slot_id: id, share: 0.5 })) } };
}

function modulesOf(dir: string) {
  const wasm = readdirSync(dir).filter((name) => name.endsWith(".wasm"));
  return [
    { type: "ESModule" as const, path: join(dir, "index.js") },
    ...wasm.map((name) => ({ type: "CompiledWasm" as const, path: join(dir, name) })),
  ];
}

function emptyModules(dir: string) {
  return [{ type: "ESModule" as const, path: join(dir, "index.js"), contents: EMPTY_PROGRAM }];
}
