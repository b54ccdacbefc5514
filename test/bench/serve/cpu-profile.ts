/** A processor profile of a Worker, by the inspector of workerd. */

export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly children?: readonly number[];
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
    if (!frame) continue;
    const name = nameOf(frame);
    hits.set(name, (hits.get(name) ?? 0) + 1);
  }
  return linesOf(hits, samples.length, count);
}

type CallFrame = CpuProfile["nodes"][number]["callFrame"];

function nameOf({ functionName, lineNumber }: CallFrame): string {
  return `${functionName || "(anonymous)"} :${lineNumber}`;
}

function linesOf(hits: ReadonlyMap<string, number>, all: number, count: number): string[] {
  return [...hits]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, hit]) => `${((100 * hit) / all).toFixed(1)} % ${name}`);
}

/** The functions under which most samples lie, with their share of all samples: their own and those of what they call. */
export function widest({ nodes, samples }: CpuProfile, count: number): string[] {
  const own = new Map<number, number>();
  for (const sample of samples) own.set(sample, (own.get(sample) ?? 0) + 1);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const under = new Map<string, number>();
  const visit = (id: number, above: readonly string[]): number => {
    const node = byId.get(id);
    if (!node) return 0;
    const name = nameOf(node.callFrame);
    const path = [...above, name];
    let sum = own.get(id) ?? 0;
    for (const child of node.children ?? []) sum += visit(child, path);
    // A function that calls itself counts once.
    if (!above.includes(name)) under.set(name, (under.get(name) ?? 0) + sum);
    return sum;
  };
  const called = new Set(nodes.flatMap(({ children = [] }) => children));
  for (const { id } of nodes) if (!called.has(id)) visit(id, []);
  return linesOf(under, samples.length, count);
}

/** A connection to the inspector of the only Worker at a port. */
export async function connect(port: number) {
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
  let context: number | null = null;
  const waiting = new Map<number, { done(result: unknown): void; failed(error: Error): void }>();
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error, method, params } = JSON.parse(String(data)) as {
      method?: string;
      params?: { context?: { id: number } };
      id?: number;
      result: unknown;
      error?: { message: string };
    };
    if (method === "Runtime.executionContextCreated") context = params?.context?.id ?? null;
    if (id === undefined) return;
    if (error) waiting.get(id)?.failed(new Error(`The inspector: ${error.message}`));
    else waiting.get(id)?.done(result);
    waiting.delete(id);
  });
  let next = 1;
  return {
    /** Where expressions of the Worker are evaluated; null before `Runtime.enable`. */
    get context(): number | null {
      return context;
    },
    send(method: string, params: object = {}): Promise<unknown> {
      const id = next++;
      socket.send(JSON.stringify({ id, method, params }));
      return new Promise((done, failed) => waiting.set(id, { done, failed }));
    },
    close: () => socket.close(),
  };
}
