/**
 * What the dashboard costs its reader: kilobytes of script of a first visit, seconds until a page responds on a processor that is four
 * times slower, how far things move while a page loads, the processor time of its thread, and how long clicks and keys wait for a frame.
 *
 * `node test/bench/dashboard.ts [--trials 1000] [--items 20000] [--slow-down 4] [--json]` (needs Chromium; see `test/e2e/chromium.ts`).
 */
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import type { BrowserContext, Page, Request } from "playwright-core";
import { ACCESS_COOKIE } from "#contract/auth.ts";
import { createWorld, type World } from "../e2e/api-world.ts";
import { launchChromium } from "../e2e/chromium.ts";
import { measureLoading, watchLoading } from "../e2e/loading.ts";
import { tasteCsv } from "../e2e/study-world.ts";
import { removeState, startTestStack } from "../setup/stack.ts";

/** Run in the page: long tasks, and what clicks and keys waited for. Browsers report events of 16 ms and more. */
const WATCH = `
  globalThis.lastLongTaskEnd = 0;
  globalThis.waits = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) lastLongTaskEnd = startTime + duration;
  }).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) waits.push({ name, duration });
  }).observe({ type: "event", durationThreshold: 16 });
`;
const NEXT_FRAME = "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))";
const USERS = 400;
const PER_USER = 200;

const { values: options } = parseArgs({
  options: {
    trials: { type: "string", default: "1000" },
    items: { type: "string", default: "20000" },
    "slow-down": { type: "string", default: "4" },
    json: { type: "boolean", default: false },
  },
});

interface PageCost {
  readonly path: string;
  /** Kilobytes of script after gzip, of a visit with an empty cache. */
  readonly scriptKb: number;
  /** Seconds from the address to a page that shows its content and has no long task any more. */
  readonly respondsAfterS: number;
  readonly layoutShift: number;
  /** Seconds of processor time of the page's own thread until it shows its content, without the slow-down. Other programs count little. */
  readonly threadS: number;
}

async function gzippedSize(request: Request): Promise<number> {
  const response = await request.response();
  return response === null ? 0 : gzipSync(await response.body()).length;
}

async function showsContent(page: Page, path: string): Promise<void> {
  await page.goto(path, { waitUntil: "commit" });
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
}

async function scriptBytes(context: BrowserContext, path: string): Promise<number> {
  const page = await context.newPage();
  const scripts: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    if (request.resourceType() === "script") scripts.push(gzippedSize(request));
  });
  await showsContent(page, path);
  // What comes later, while the page rests, is not part of the visit.
  page.removeAllListeners("requestfinished");
  const sizes = await Promise.all(scripts);
  await page.close();
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function respondsAfterS(context: BrowserContext, path: string): Promise<number> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: Number(options["slow-down"]) });
  await showsContent(page, path);
  const ms = await page.evaluate<number>("Math.max(performance.now(), lastLongTaskEnd)");
  await page.close();
  return ms / 1000;
}

async function threadS(context: BrowserContext, path: string): Promise<number> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  await showsContent(page, path);
  const { metrics } = await devtools.send("Performance.getMetrics");
  await page.close();
  const found = metrics.find(({ name }) => name === "TaskDuration");
  if (!found) throw new Error("The browser does not say how long the thread worked.");
  return found.value;
}

async function costOf(context: BrowserContext, path: string): Promise<PageCost> {
  const page = await context.newPage();
  const { layoutShift } = await measureLoading(page, path);
  await page.close();
  const bytes = await scriptBytes(context, path);
  return {
    path,
    scriptKb: bytes / 1000,
    respondsAfterS: await respondsAfterS(context, path),
    layoutShift,
    threadS: await threadS(context, path),
  };
}

/** The longest wait of a click or key for the next frame, ms, while somebody uses a page. */
async function longestWait(page: Page, act: () => Promise<unknown>): Promise<number> {
  await page.evaluate("void waits.splice(0)");
  await act();
  await page.evaluate(NEXT_FRAME);
  return page.evaluate<number>("waits.reduce((most, { duration }) => Math.max(most, duration), 0)");
}

async function useTrials(page: Page): Promise<void> {
  const table = page.getByRole("table", { name: "Trials of this study" });
  for (const column of ["Value", "Algorithm", "Time", "Trial"]) {
    await table.getByRole("button", { name: new RegExp(`^${column}`) }).click();
    await page.evaluate(NEXT_FRAME);
  }
  const box = page.getByRole("region", { name: "Trials" });
  await box.focus();
  for (const key of ["PageDown", "PageDown", "End", "Home"]) await page.keyboard.press(key);
}

async function useItems(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "Liked items" }).click();
  const field = page.getByRole("combobox", { name: "Liked items" });
  await field.pressSequentially("i12", { delay: 50 });
  await page.getByRole("listbox").getByRole("option").first().waitFor();
}

/** A project with a long study, a live model and a catalogue. */
async function fill(world: World): Promise<{ jobId: number; modelId: number; dataId: number }> {
  const data = await world.upload(tasteCsv(USERS, Number(options.items), PER_USER));
  const { id: jobId } = await world.startTuning(data.id, {
    n_trials: Number(options.trials),
    tried_algorithms_json: ["TopPop"],
  });
  const job = await world.jobEnd(jobId);
  if (job.status !== "COMPLETED") throw new Error(`The job ended ${job.status}: ${job.error}`);
  const { results } = await world.client.get<{ results: readonly { id: number }[] }>(
    `trained_model/?project=${world.project.id}`,
  );
  const modelId = results[0]?.id;
  if (modelId === undefined) throw new Error("The study trained no model.");
  await world.modelEnd(modelId);
  return { jobId, modelId, dataId: data.id };
}

const stack = await startTestStack();
const browser = await launchChromium();
try {
  const world = await createWorld(stack.url);
  const { jobId, modelId, dataId } = await fill(world);
  const project = `/projects/${world.project.id}`;
  const { Authorization = "" } = await world.session();
  const openContext = async (isSignedIn: boolean) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, baseURL: stack.url });
    await context.addInitScript({ content: WATCH });
    await watchLoading(context);
    const value = Authorization.replace("Bearer ", "");
    if (isSignedIn) await context.addCookies([{ name: ACCESS_COOKIE, value, url: stack.url }]);
    return context;
  };
  const costs: PageCost[] = [];
  const inside = [
    "",
    `/data/${dataId}`,
    `/tuning/${jobId}`,
    "/tuning/new",
    `/models/${modelId}`,
    "/keys",
    "/settings",
  ];
  for (const path of ["/login", "/projects", ...inside.map((place) => project + place)]) {
    const context = await openContext(path !== "/login");
    costs.push(await costOf(context, path));
    await context.close();
  }
  const context = await openContext(true);
  const page = await context.newPage();
  await page.goto(`${project}/tuning/${jobId}`, { waitUntil: "networkidle" });
  const trialsMs = await longestWait(page, () => useTrials(page));
  await page.goto(`${project}/models/${modelId}`, { waitUntil: "networkidle" });
  const itemsMs = await longestWait(page, () => useItems(page));
  if (options.json) console.log(JSON.stringify({ costs, trialsMs, itemsMs }));
  else print(costs, trialsMs, itemsMs);
} finally {
  await browser.close();
  await stack.stop();
  removeState(stack.stateDir);
}

function print(costs: readonly PageCost[], trialsMs: number, itemsMs: number): void {
  console.log(
    "| page | script, kB gzip | responds after, s | layout shift | thread, s |\n| --- | --- | --- | --- | --- |",
  );
  for (const { path, scriptKb, respondsAfterS: seconds, layoutShift, threadS } of costs)
    console.log(
      `| ${path} | ${scriptKb.toFixed(1)} | ${seconds.toFixed(2)} | ${layoutShift.toFixed(4)} | ${threadS.toFixed(2)} |`,
    );
  console.log(`the longest wait of a click or key with ${options.trials} trials: ${trialsMs.toFixed(0)} ms`);
  console.log(`the longest wait of a key in a search of ${options.items} items: ${itemsMs.toFixed(0)} ms`);
}
