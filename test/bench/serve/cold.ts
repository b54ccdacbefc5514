/**
 * `node test/bench/serve/cold.ts [--items 40000 --models factor,item-item,blend --rounds 5 --json]`: what a new isolate does until its first
 * answer, in a process of its own for each round. Medians of processor milliseconds of workerd, with its stand-ins for R2, KV and Durable
 * Objects in the same process: the program (start of the Worker, less that of an empty one), the first answer for a known user, the
 * second; and the stages of the first by the clock.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { MODELS } from "./cases.ts";
import { type Answer, answerOf, stagesText } from "./first-answer.ts";
import { madeCatalogue } from "./made-catalogue.ts";
import { fittedSections, madeDataset } from "./made-world.ts";
import { cpuSeconds } from "./process-cpu.ts";
import { startServingWorker } from "./serving-worker.ts";

const { values: options } = parseArgs({
  options: {
    items: { type: "string", default: "40000" },
    models: { type: "string", default: MODELS.map(({ name }) => name).join(",") },
    rounds: { type: "string", default: "5" },
    port: { type: "string", default: "8798" },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(options.rounds);
const worker = { port: Number(options.port), inspectorPort: null };

interface ColdRow {
  readonly model: string;
  readonly items: number;
  readonly storedMb: number;
  readonly load: number;
  /** Processor time, milliseconds. */
  readonly programMs: number;
  readonly firstMs: number;
  readonly secondMs: number;
  /** By the clock. */
  readonly firstWallMs: number;
  readonly stages: Answer["stages"];
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function startMs(isEmpty: boolean): Promise<number> {
  const started = await startServingWorker({ ...worker, isEmpty });
  const ms = 1000 * cpuSeconds(started.pid);
  await started.stop();
  return ms;
}

const items = Number(options.items);
const dataset = await madeDataset(items);
const metadata = madeCatalogue(items);
const programs: number[] = [];
for (let round = 0; round < rounds; round++) programs.push((await startMs(false)) - (await startMs(true)));
const rows: ColdRow[] = [];
for (const model of MODELS.filter(({ name }) => options.models.split(",").includes(name))) {
  const sections = fittedSections(dataset, model.algorithm, model.paramsFor(items));
  const [first, second]: [Answer[], Answer[]] = [[], []];
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    const started = await startServingWorker(worker);
    bytes = await started.serve({ id: 1, algorithm: model.algorithm, sections }, metadata);
    first.push(await answerOf(started));
    second.push(await answerOf(started));
    await started.stop();
  }
  const cpuOf = (answers: readonly Answer[]) => median(answers.map(({ cpuMs }) => cpuMs));
  const stages = Object.keys(first[0]?.stages ?? {}).map((name) => [
    name,
    median(first.map((answer) => answer.stages[name] ?? 0)),
  ]);
  rows.push({
    ...{ model: model.name, items, storedMb: bytes / 1e6, load: loadavg()[0] ?? 0 },
    ...{ programMs: median(programs), firstMs: cpuOf(first), secondMs: cpuOf(second) },
    ...{ firstWallMs: median(first.map(({ wallMs }) => wallMs)), stages: Object.fromEntries(stages) },
  });
}
if (options.json) console.log(JSON.stringify(rows, null, 2));
else for (const row of rows) console.log(lineOf(row));

function lineOf(row: ColdRow): string {
  const figures = [
    `${row.storedMb.toFixed(1)} MB stored`,
    `program ${row.programMs.toFixed(0)} ms`,
    `first answer ${row.firstMs.toFixed(0)} ms`,
    `second ${row.secondMs.toFixed(0)} ms of processor`,
    `first by the clock ${row.firstWallMs.toFixed(0)} ms (${stagesText(row.stages)})`,
    `load ${row.load.toFixed(1)}`,
  ];
  return `${row.model}, ${row.items} items: ${figures.join(", ")}`;
}
