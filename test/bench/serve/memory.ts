/**
 * `node test/bench/serve/memory.ts [--items 150000 --projects 10]`: what an isolate holds, in MB. The heap is that of the inspector of workerd,
 * with the memory of arrays; it lacks that of the kernels (WebAssembly), where factors are, which is counted apart. Both together are what the
 * platform's 128 MB are for. The process has the stand-ins for R2, KV and Durable Objects, too: what it grows by says more than what it has. First a model of about 13 MB answers, and a larger one (38 MB for 150,000 items) takes its place
 * while requests go on: the most that was seen, and the longest answer. Then projects with 13 MB each are asked in turn, several times.
 */
import { parseArgs } from "node:util";
import { connect } from "./cpu-profile.ts";
import { madeCatalogue } from "./made-catalogue.ts";
import { fittedSections, madeDataset, userName } from "./made-world.ts";
import { residentMb } from "./process-cpu.ts";
import { keyOfProject, PROJECT, type ServingWorker, startServingWorker } from "./serving-worker.ts";

const SMALL_ITEMS = 40_000;
const ROUNDS = 3;
/** How long requests go on after a swap: the manifest is read once a second. */
const SWAP_MS = 6_000;
/** Answers between two looks at the memory of the kernels. */
const KERNELS_EVERY = 4;
const PARAMS = { n_components: 64, train_epochs: 1 };

const { values: options } = parseArgs({
  options: {
    items: { type: "string", default: "150000" },
    projects: { type: "string", default: "10" },
    port: { type: "string", default: "8799" },
    inspector: { type: "string", default: "9339" },
  },
});
const inspectorPort = Number(options.inspector);

interface HeapUsage {
  readonly usedSize: number;
  readonly embedderHeapUsedSize?: number;
  readonly backingStorageSize?: number;
}

async function heapMb(inspector: Awaited<ReturnType<typeof connect>>, isCollected = false): Promise<number> {
  if (isCollected) await inspector.send("HeapProfiler.collectGarbage");
  const usage = (await inspector.send("Runtime.getHeapUsage")) as HeapUsage;
  return (usage.usedSize + (usage.embedderHeapUsedSize ?? 0) + (usage.backingStorageSize ?? 0)) / 1e6;
}

/** All memories of the kernels that are alive, MB. Collects garbage first. */
async function kernelMb(inspector: Awaited<ReturnType<typeof connect>>): Promise<number> {
  const { send } = inspector;
  if (inspector.context === null) await send("Runtime.enable");
  const prototype = (await send("Runtime.evaluate", {
    expression: "WebAssembly.Memory.prototype",
    contextId: inspector.context,
  })) as {
    readonly result: { readonly objectId: string };
  };
  const found = (await send("Runtime.queryObjects", { prototypeObjectId: prototype.result.objectId })) as {
    readonly objects: { readonly objectId: string };
  };
  const { objectId } = found.objects;
  const sum = (await send("Runtime.callFunctionOn", {
    objectId,
    functionDeclaration:
      "function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0); }",
    returnByValue: true,
  })) as { readonly result: { readonly value: number } };
  await send("Runtime.releaseObject", { objectId });
  return sum.result.value / 1e6;
}

async function ask(
  { port }: ServingWorker,
  project: number,
  n: number,
): Promise<{ ms: number; model: number }> {
  const startedAt = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/v1/recommend`, {
    method: "POST",
    headers: { "X-API-Key": keyOfProject(project), "Content-Type": "application/json" },
    body: JSON.stringify({ user_id: userName(n % 4_000) }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`Status ${response.status}: ${text}`);
  return { ms: performance.now() - startedAt, model: (JSON.parse(text) as { model_id: number }).model_id };
}

const fitted = async (items: number) => fittedSections(await madeDataset(items), "IALS", PARAMS);
const small = { algorithm: "IALS", sections: await fitted(SMALL_ITEMS) };
const large = { algorithm: "IALS", sections: await fitted(Number(options.items)) };
const metadata = madeCatalogue(100);

const swapped = await startServingWorker({ port: Number(options.port), inspectorPort });
await swapped.serve({ id: 1, ...small }, metadata);
await ask(swapped, PROJECT, 0);
for (let n = 0; n < 30; n++) await ask(swapped, PROJECT, n);
const inspector = await connect(inspectorPort);
const before = await heapMb(inspector, true);
const kernelsBefore = await kernelMb(inspector);
const processBefore = residentMb(swapped.pid);
let processMost = 0;
const bytes = await swapped.serve({ id: 2, ...large }, metadata);
let [most, mostKernels, mostTogether, longest, answered] = [0, 0, 0, 0, 0];
let hasLarge = false;
for (const until = performance.now() + SWAP_MS; performance.now() < until || !hasLarge; answered++) {
  const { ms, model } = await ask(swapped, PROJECT, answered);
  longest = Math.max(longest, ms);
  hasLarge ||= model === 2;
  const heap = await heapMb(inspector);
  // It stops the isolate for a collection.
  const kernels = answered % KERNELS_EVERY === 0 ? await kernelMb(inspector) : mostKernels;
  most = Math.max(most, heap);
  mostKernels = Math.max(mostKernels, kernels);
  mostTogether = Math.max(mostTogether, heap + kernels);
  processMost = Math.max(processMost, residentMb(swapped.pid));
}
console.log(
  `a model of ${(bytes / 1e6).toFixed(0)} MB beside one of 13: heap and kernels ${mostTogether.toFixed(0)} MB at most together; kernels ` +
    `${kernelsBefore.toFixed(0)} MB before, ${mostKernels.toFixed(0)} at most, ${(await kernelMb(inspector)).toFixed(0)} after; heap ${before.toFixed(0)} MB before, ${most.toFixed(0)} at most, ` +
    `${(await heapMb(inspector, true)).toFixed(0)} after; process ${processBefore.toFixed(0)} MB before, ${processMost.toFixed(0)} at most, ` +
    `${residentMb(swapped.pid).toFixed(0)} after; ${answered} answers meanwhile, the longest ${longest.toFixed(0)} ms`,
);
inspector.close();
await swapped.stop();

const turns = await startServingWorker({ port: Number(options.port), inspectorPort });
const projects = Array.from({ length: Number(options.projects) }, (_, at) => at + 1);
for (const project of projects) await turns.serve({ id: project, ...small }, metadata, project);
const watching = await connect(inspectorPort);
let [mostOfAll, longestOfAll] = [0, 0];
for (let round = 0; round < ROUNDS; round++) {
  for (const project of projects) {
    const { ms } = await ask(turns, project, round);
    if (round > 0) longestOfAll = Math.max(longestOfAll, ms);
    mostOfAll = Math.max(mostOfAll, await heapMb(watching, true));
  }
}
console.log(
  `${projects.length} projects in turn, 13 MB each: heap ${mostOfAll.toFixed(0)} MB at most after collections, the longest answer ${longestOfAll.toFixed(0)} ms; ` +
    `the process has ${residentMb(turns.pid).toFixed(0)} MB`,
);
watching.close();
await turns.stop();
