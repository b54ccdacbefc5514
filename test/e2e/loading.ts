/** What loading a page costs its reader: how far things move, and how long the page does not respond. */
import type { BrowserContext, Page } from "playwright-core";

export interface Loading {
  /** As browsers measure "cumulative layout shift": how far things moved without a user action. */
  readonly layoutShift: number;
}

const WATCH = `
  window.loading = { layoutShift: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.loading.layoutShift += entry.value;
  }).observe({ type: "layout-shift" });
`;
/** Observers are called in a separate task, after the next frame. */
const NEXT_FRAME = "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))";

/** Watches every page of the context from its first moment on. */
export async function watchLoading(context: BrowserContext): Promise<void> {
  await context.addInitScript({ content: WATCH });
}

/** Loads a page of a watched context again, until all its content is there. */
export async function measureLoading(page: Page, path: string): Promise<Loading> {
  await page.goto(path, { waitUntil: "networkidle" });
  await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
  await page.evaluate(NEXT_FRAME);
  await page.evaluate(NEXT_FRAME);
  return page.evaluate<Loading>("window.loading");
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
  /** Processor time of the thread, microseconds. */
  readonly tdur?: number;
}

/**
 * The longest task, ms of processor time, that a page's own thread does while an action runs. Time in which the processor does
 * something else, for example other tests, does not count.
 */
export async function longestTaskMs(page: Page, act: () => Promise<unknown>): Promise<number> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("the page has no browser of its own");
  await browser.startTracing(page, { categories: ["toplevel", "__metadata"] });
  await act();
  // A task is written down at its end, and its answer leaves before: what is asked next comes after it.
  await page.evaluate(NEXT_FRAME);
  const trace = (await browser.stopTracing()).toString("utf8");
  const { traceEvents } = JSON.parse(trace) as { readonly traceEvents: readonly TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const pages = traceEvents.filter(({ args }) => args?.name === "CrRendererMain").map(threadOf);
  const tasks = traceEvents.filter((event) => pages.includes(threadOf(event)));
  return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur / 1000), 0);
}
