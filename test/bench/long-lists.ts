/**
 * How long a reader waits for the page of a study with very many trials: for sorting, scrolling, the charts and what they say under the
 * pointer. The trials are those of a short study, repeated: the page gets them in place of the API's answer. Then how long somebody waits
 * who looks for an item among very many: the server searches them, and the page lists what it finds.
 *
 * `node test/bench/long-lists.ts [--trials 10000] [--items 100000] [--json]` (needs Chromium; see `test/e2e/chromium.ts`).
 */
import { parseArgs } from "node:util";
import type { CDPSession, Locator, Page } from "playwright-core";
import { ACCESS_COOKIE } from "#contract/auth.ts";
import type { TrialResponse } from "#contract/tuning-job.ts";
import { createRandom } from "#engine/random.ts";
import { createWorld, type World } from "../e2e/api-world.ts";
import { launchChromium } from "../e2e/chromium.ts";
import { tasteCsv } from "../e2e/study-world.ts";
import { removeState, startTestStack } from "../setup/stack.ts";

/** Run in the page: what clicks, keys and the pointer waited for. Browsers report events of 16 ms and more. */
const WATCH = `
  globalThis.waits = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) waits.push(duration);
  }).observe({ type: "event", durationThreshold: 16 });
`;
const NEXT_FRAME = "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))";
const STEPS = 10;
const SHORT_STUDY = 60;
/** Enough users for nearly nine in ten of the items to be taken by one. */
const USERS_OF_ITEMS = 1500;
const ITEMS_PER_USER = 250;
const TAKEN_SHARE = 0.87;
const SEARCHES = ["i12", "i9999", "7"];
const VIEWS = ["What matters", "Each setting", "Settings together", "Timeline", "Spread of scores"];

const { values: options } = parseArgs({
  options: {
    trials: { type: "string", default: "10000" },
    items: { type: "string", default: "100000" },
    json: { type: "boolean", default: false },
  },
});

interface Wait {
  readonly action: string;
  /** The longest wait of an event for the next frame, ms. */
  readonly waitMs: number;
  /** Processor time of the page's own thread for each step, ms; it holds also while other programs run. */
  readonly threadMs: number;
}

/** Trials of a study as long as asked, one round of the given ones after another: the same settings, other numbers, scores and times. */
function repeated(trials: readonly TrialResponse[], count: number): TrialResponse[] {
  const random = createRandom(7);
  const starts = trials.flatMap(({ started_at: at }) => (at === null ? [] : [Date.parse(at)]));
  const roundMs = Math.max(...starts) - Math.min(...starts) + 1000;
  return Array.from({ length: count }, (_, number) => {
    const trial = trials[number % trials.length] as TrialResponse;
    const at = trial.started_at === null ? null : Date.parse(trial.started_at);
    return {
      ...trial,
      number,
      value: trial.value === null ? null : trial.value * (0.8 + 0.2 * random.next()),
      started_at:
        at === null ? null : new Date(at + Math.floor(number / trials.length) * roundMs).toISOString(),
    };
  });
}

async function threadMs(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send("Performance.getMetrics");
  const found = metrics.find(({ name }) => name === "TaskDuration");
  if (!found) throw new Error("The browser does not say how long the thread worked.");
  return found.value * 1000;
}

async function hoverAcross(page: Page, chart: Locator): Promise<void> {
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  if (!box) throw new Error("The chart is not drawn.");
  for (let step = 1; step <= STEPS; step++) {
    await page.mouse.move(box.x + (box.width * step) / (STEPS + 1), box.y + box.height / 2);
    await page.evaluate(NEXT_FRAME);
  }
}

async function useStudy(page: Page, devtools: CDPSession): Promise<Wait[]> {
  const waits: Wait[] = [];
  const act = async (action: string, work: () => Promise<unknown>, steps = 1) => {
    await page.evaluate("void waits.splice(0)");
    const before = await threadMs(devtools);
    await work();
    await page.evaluate(NEXT_FRAME);
    const taken = (await threadMs(devtools)) - before;
    const waitMs = await page.evaluate<number>("Math.max(0, ...waits)");
    waits.push({ action, waitMs, threadMs: taken / steps });
  };
  const table = page.getByRole("table", { name: "Trials of this study" });
  for (const column of ["Value", "Algorithm", "Time", "Trial"])
    await act(`sort by ${column}`, () =>
      table.getByRole("button", { name: new RegExp(`^${column}`) }).click(),
    );
  const rows = page.getByRole("region", { name: "Trials" });
  await rows.focus();
  for (const key of ["PageDown", "End", "Home"]) await act(`key ${key}`, () => page.keyboard.press(key));
  await rows.hover();
  const scroll = async () => {
    for (let step = 0; step < STEPS; step++) {
      await page.mouse.wheel(0, 800);
      await page.evaluate(NEXT_FRAME);
    }
  };
  await act("scroll", scroll, STEPS);
  await act(
    "point at the chart of all trials",
    () => hoverAcross(page, page.locator(".u-over").first()),
    STEPS,
  );
  for (const view of VIEWS) {
    await act(`open “${view}”`, () => page.getByRole("tab", { name: view }).click());
    const chart = page.getByRole("tabpanel").locator("canvas").first();
    await chart.waitFor();
    await act(`point at “${view}”`, () => hoverAcross(page, chart), STEPS);
  }
  return waits;
}

/** The id of a model that knows at least as many items as asked. */
async function trainOnItems(world: World, count: number): Promise<number> {
  const drawn = Math.ceil(count / TAKEN_SHARE);
  const data = await world.upload(tasteCsv(USERS_OF_ITEMS, drawn, ITEMS_PER_USER), "items.csv");
  const { id } = await world.startTuning(data.id, { n_trials: 1, tried_algorithms_json: ["TopPop"] });
  const job = await world.jobEnd(id);
  const { results } = await world.client.get<{ results: readonly { id: number; data_loc: number }[] }>(
    `trained_model/?project=${world.project.id}`,
  );
  const model = results.find((row) => row.data_loc === data.id);
  if (!model) throw new Error(`The study of the items trained no model: ${job.status} ${job.error}`);
  await world.modelEnd(model.id);
  return model.id;
}

/** Types into the search for items of a model's page. @returns For each text the longest wait of a key, and the time until items are listed. */
async function searchItems(
  page: Page,
  address: string,
): Promise<{ text: string; waitMs: number; listedMs: number }[]> {
  await page.goto(address, { waitUntil: "networkidle" });
  await page.getByRole("tab", { name: "Liked items" }).click();
  const field = page.getByRole("combobox", { name: "Liked items" });
  const found = [];
  for (const text of SEARCHES) {
    await field.fill("");
    await page.evaluate("void waits.splice(0)");
    await field.pressSequentially(text, { delay: 60 });
    const typedAt = performance.now();
    await page.getByRole("listbox").getByRole("option").first().waitFor();
    const listedMs = performance.now() - typedAt;
    await page.evaluate(NEXT_FRAME);
    found.push({ text, waitMs: await page.evaluate<number>("Math.max(0, ...waits)"), listedMs });
  }
  return found;
}

const stack = await startTestStack();
const browser = await launchChromium();
try {
  const world = await createWorld(stack.url);
  const data = await world.upload(tasteCsv(200, 500, 40));
  const { id } = await world.startTuning(data.id, {
    n_trials: SHORT_STUDY,
    tried_algorithms_json: ["TopPop", "CosineKNN", "IALS"],
    train_after_tuning: false,
  });
  const job = await world.jobEnd(id);
  if (job.status !== "COMPLETED") throw new Error(`The job ended ${job.status}: ${job.error}`);
  const trials = repeated(await world.trials(id), Number(options.trials));
  const { Authorization = "" } = await world.session();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, baseURL: stack.url });
  await context.addInitScript({ content: WATCH });
  const value = Authorization.replace("Bearer ", "");
  await context.addCookies([{ name: ACCESS_COOKIE, value, url: stack.url }]);
  const page = await context.newPage();
  await page.route(`**/parameter_tuning_job/${id}/trials/`, (route) => route.fulfill({ json: trials }));
  const devtools = await context.newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(`/projects/${world.project.id}/tuning/${id}`, { waitUntil: "networkidle" });
  await page.getByRole("tab", { name: "Timeline" }).waitFor();
  const waits = await useStudy(page, devtools);
  const modelId = await trainOnItems(world, Number(options.items));
  const searches = await searchItems(page, `/projects/${world.project.id}/models/${modelId}`);
  if (options.json) console.log(JSON.stringify({ trials: trials.length, waits, searches }));
  else print(waits, searches);
} finally {
  await browser.close();
  await stack.stop();
  removeState(stack.stateDir);
}

function print(waits: readonly Wait[], searches: Awaited<ReturnType<typeof searchItems>>): void {
  console.log(
    `| with ${options.trials} trials | longest wait, ms | thread for a step, ms |\n| --- | --- | --- |`,
  );
  for (const { action, waitMs, threadMs: work } of waits)
    console.log(`| ${action} | ${waitMs.toFixed(0)} | ${work.toFixed(0)} |`);
  for (const { text, waitMs, listedMs } of searches)
    console.log(
      `“${text}” among ${options.items} items: a key waits ${waitMs.toFixed(0)} ms, items are listed ${listedMs.toFixed(0)} ms after the last`,
    );
}
