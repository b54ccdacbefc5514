/** What loading a page costs its reader: how far things move, and how long the page does not respond. */
import type { BrowserContext, Page } from "playwright-core";

export interface Loading {
  /** As browsers measure "cumulative layout shift": how far things moved without a user action. */
  readonly layoutShift: number;
  /** The longest time, in ms, that the page's thread was busy; 0 when no task was above 50. */
  readonly longestTaskMs: number;
}

const WATCH = `
  window.loading = { layoutShift: 0, longestTaskMs: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.loading.layoutShift += entry.value;
  }).observe({ type: "layout-shift" });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      window.loading.longestTaskMs = Math.max(window.loading.longestTaskMs, duration);
    }
  }).observe({ type: "longtask" });
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
  return readLoading(page);
}

export async function readLoading(page: Page): Promise<Loading> {
  await page.evaluate(NEXT_FRAME);
  await page.evaluate(NEXT_FRAME);
  return page.evaluate<Loading>("window.loading");
}
