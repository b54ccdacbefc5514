/** One answer of a Worker, with what it takes. */
import { userName } from "./made-world.ts";
import { cpuSeconds } from "./process-cpu.ts";
import { KEY, type ServingWorker } from "./serving-worker.ts";

export interface Answer {
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Milliseconds by the clock. */
  readonly stages: Readonly<Record<string, number>>;
}

/** The answer to a known user; the first one of a worker is that of a new isolate. */
export async function answerOf({ port, pid }: Pick<ServingWorker, "port" | "pid">): Promise<Answer> {
  const before = cpuSeconds(pid);
  const startedAt = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/v1/recommend`, {
    method: "POST",
    headers: { "X-API-Key": KEY, "Content-Type": "application/json" },
    body: JSON.stringify({ user_id: userName(5) }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`Status ${response.status}: ${text}`);
  const wallMs = performance.now() - startedAt;
  const timing = response.headers.get("server-timing") ?? "";
  const stages = [...timing.matchAll(/([\w-]+);dur=([\d.]+)/g)].map(([, name, ms]) => [name, Number(ms)]);
  return { cpuMs: 1000 * (cpuSeconds(pid) - before), wallMs, stages: Object.fromEntries(stages) };
}

export function stagesText(stages: Answer["stages"]): string {
  return Object.entries(stages)
    .map(([name, ms]) => `${name} ${ms.toFixed(0)}`)
    .join(", ");
}
