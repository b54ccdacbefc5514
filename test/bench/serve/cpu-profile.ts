/** A processor profile of a Worker, by the inspector of workerd. */

export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly hitCount?: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
}

/** Profiles the Worker while `run` runs. */
export async function profileOf(inspectorPort: number, run: () => Promise<unknown>): Promise<CpuProfile> {
  const inspector = await connect(inspectorPort);
  await inspector.send("Profiler.enable");
  await inspector.send("Profiler.setSamplingInterval", { interval: 200 });
  await inspector.send("Profiler.start");
  await run();
  const { profile } = (await inspector.send("Profiler.stop")) as { profile: CpuProfile };
  inspector.close();
  return profile;
}

/** The functions that had the processor most often, with their share of all samples. */
export function hottest({ nodes, samples }: CpuProfile, count: number): string[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const hits = new Map<string, number>();
  for (const sample of samples) {
    const frame = frames.get(sample);
    const name = `${frame?.functionName || "(anonymous)"} :${frame?.lineNumber ?? 0}`;
    hits.set(name, (hits.get(name) ?? 0) + 1);
  }
  return [...hits]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, hit]) => `${((100 * hit) / samples.length).toFixed(1)} % ${name}`);
}

async function connect(port: number) {
  const pages = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const [page] = pages;
  if (!page) throw new Error("The inspector has no Worker.");
  const socket = new WebSocket(page.webSocketDebuggerUrl);
  await new Promise((done, failed) => {
    socket.addEventListener("open", done, { once: true });
    socket.addEventListener("error", failed, { once: true });
  });
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener("message", ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  let next = 1;
  return {
    send(method: string, params: object = {}): Promise<unknown> {
      const id = next++;
      socket.send(JSON.stringify({ id, method, params }));
      return new Promise((done) => waiting.set(id, done));
    },
    close: () => socket.close(),
  };
}
