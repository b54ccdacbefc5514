/**
 * Ingests a generated file and prints seconds and peak memory: `node test/bench/ingest.ts [rows] [csv|ndjson|json|columns]`.
 * The file is generated block by block while it is read, so that memory is the engine's own. With
 * `--max-semi-space-size=2 --max-old-space-size=40` the collector works as in a small isolate, and rss is close to what is in use.
 */
import { buildDataset } from "../../shared/engine/data/build/build-dataset.ts";

const ROW_COUNT = Number(process.argv[2] ?? 1_000_000);
const FORMAT = process.argv[3] ?? "csv";
const USER_COUNT = 50_000;
const ITEM_COUNT = 40_000;
const START_S = 1_700_000_000;
const ROWS_A_CHUNK = 2000;

type Cells = readonly [user: string, item: string, weight: number, time: string];

/** Row contents by row number: skewed items, repeated users, ISO times. */
function cellsOf(row: number): Cells {
  const noise = Math.imul(row + 1, 0x9e3779b1) >>> 0;
  const user = `user-${(noise % USER_COUNT).toString().padStart(5, "0")}`;
  const item = `item-${Math.floor(ITEM_COUNT * ((noise >>> 7) / 2 ** 25) ** 2)}`;
  const time = new Date((START_S + row * 7) * 1000).toISOString();
  return [user, item, 1 + (noise % 5), time];
}

function* texts(): Generator<string> {
  const rows = (toText: (cells: Cells, row: number) => string) => chunked(toText);
  if (FORMAT === "csv") {
    yield "user,item,weight,time\n";
    yield* rows((cells) => `${cells.join(",")}\n`);
    return;
  }
  const object = ([user, item, weight, time]: Cells) => JSON.stringify({ user, item, weight, time });
  if (FORMAT === "ndjson") yield* rows((cells) => `${object(cells)}\n`);
  if (FORMAT === "json") {
    yield* rows((cells, row) => (row === 0 ? "[" : ",") + object(cells));
    yield "]";
  }
  if (FORMAT === "columns") {
    for (const [at, name] of ["user", "item", "weight", "time"].entries()) {
      yield `${at === 0 ? "{" : ","}"${name}":`;
      yield* rows((cells, row) => `${row === 0 ? "{" : ","}"${row}":${JSON.stringify(cells[at])}`);
      yield "}";
    }
    yield "}";
  }
}

function* chunked(toText: (cells: Cells, row: number) => string): Generator<string> {
  for (let start = 0; start < ROW_COUNT; start += ROWS_A_CHUNK) {
    let text = "";
    for (let row = start; row < Math.min(ROW_COUNT, start + ROWS_A_CHUNK); row++)
      text += toText(cellsOf(row), row);
    yield text;
  }
}

let generatingMs = 0;
async function* bytes(): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const source = texts();
  for (;;) {
    const before = performance.now();
    const next = source.next();
    generatingMs += performance.now() - before;
    if (next.done) return;
    yield encoder.encode(next.value);
  }
}

const base = process.memoryUsage();
let peakRss = 0;
let peakBuffers = 0;
let breaths = 0;
let lastBreath = performance.now();
let longestMs = 0;
async function breathe(): Promise<void> {
  breaths++;
  longestMs = Math.max(longestMs, performance.now() - lastBreath);
  if (breaths % 8 === 0) {
    const memory = process.memoryUsage();
    peakRss = Math.max(peakRss, memory.rss - base.rss);
    peakBuffers = Math.max(peakBuffers, memory.arrayBuffers - base.arrayBuffers);
  }
  lastBreath = performance.now();
}

const started = performance.now();
const { report } = await buildDataset(
  {
    name: FORMAT === "csv" ? "bench.csv" : FORMAT === "ndjson" ? "bench.ndjson" : "bench.json",
    bytes: bytes(),
  },
  {
    columns: { user: "user", item: "item", weight: "weight", time: "time" },
    gunzip: (stored) => stored,
    breathe,
  },
);
const seconds = (performance.now() - started - generatingMs) / 1000;
const MB = 1024 * 1024;
console.log(
  `${FORMAT}: ${report.rows} rows, ${report.users} users, ${report.items} items, ${report.interactions} interactions, ` +
    `${seconds.toFixed(2)} s without generating, rss +${(peakRss / MB).toFixed(0)} MB, ` +
    `array buffers +${(peakBuffers / MB).toFixed(0)} MB, ${breaths} breaths, longest ${longestMs.toFixed(1)} ms`,
);
