/** The FastAPI service of `inference.py` as a process of its own, on the same interactions as our Worker. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Dataset } from "#engine/data/dataset.ts";

const START_TIMEOUT_MS = 300_000;
const ONE_THREAD = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "IRSPACK_NUM_THREADS_DEFAULT"];

export interface FastApiService {
  readonly port: number;
  readonly pid: number;
  stop(): void;
}

export interface FastApiOptions {
  readonly python: string;
  readonly port: number;
  readonly model: "ials" | "knn";
  readonly factors: number;
  readonly key: string;
}

/** Starts the service, and resolves once it has fitted its model and listens. */
export async function startFastApi(dataset: Dataset, options: FastApiOptions): Promise<FastApiService> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-peer-"));
  const interactions = join(folder, "interactions.tsv");
  writeFileSync(interactions, linesOf(dataset));
  const { python, port, model, factors, key } = options;
  const args = ["-m", "uvicorn", "inference:app", "--port", String(port), "--log-level", "warning"];
  const service = spawn(python, args, {
    cwd: import.meta.dirname,
    env: {
      ...process.env,
      ...Object.fromEntries(ONE_THREAD.map((name) => [name, "1"])),
      PYTHONDONTWRITEBYTECODE: "1",
      BENCH_INTERACTIONS: interactions,
      BENCH_MODEL: model,
      BENCH_FACTORS: String(factors),
      BENCH_KEY: key,
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const stop = () => {
    service.kill();
    rmSync(folder, { recursive: true });
  };
  try {
    await untilListening(port, service);
  } catch (error) {
    stop();
    throw error;
  }
  return { port, pid: service.pid ?? 0, stop };
}

async function untilListening(port: number, service: ChildProcess): Promise<void> {
  const endsAt = performance.now() + START_TIMEOUT_MS;
  while (!(await accepts(port))) {
    if (service.exitCode !== null) throw new Error(`The service ended with code ${service.exitCode}.`);
    if (performance.now() > endsAt) throw new Error("The service does not listen.");
    await pause(100);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const end = (is: boolean) => {
      socket.destroy();
      done(is);
    };
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });
}

function linesOf({ userItems, users, items }: Dataset): string {
  const { rowCount, indptr, indices } = userItems;
  const lines: string[] = [];
  for (let user = 0; user < rowCount; user++) {
    for (let at = indptr[user] ?? 0; at < (indptr[user + 1] ?? 0); at++)
      lines.push(`${users.idAt(user)}\t${items.idAt(indices[at] ?? 0)}\n`);
  }
  return lines.join("");
}
