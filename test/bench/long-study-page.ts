/**
 * How fluid the page of a long study is while it runs: long tasks, and whether all trials and log lines are shown.
 *
 * `node test/bench/long-study-page.ts [--trials 1000] [--screenshots FOLDER]` (needs Chromium; see `test/e2e/chromium.ts`).
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { ACCESS_COOKIE } from "#contract/auth.ts";
import { createWorld } from "../e2e/api-world.ts";
import { launchChromium } from "../e2e/chromium.ts";
import { tasteCsv } from "../e2e/study-world.ts";
import { removeState, startTestStack } from "../setup/stack.ts";

/** Run in the page. */
const NOTE_LONG_TASKS = `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longTasks.push(entry.duration);
  }).observe({ type: "longtask", buffered: true });
`;
const TAKE_LONG_TASKS = "longTasks.splice(0)";
const NEXT_FRAME = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))";

const { values: options } = parseArgs({
  options: {
    trials: { type: "string", default: "1000" },
    screenshots: { type: "string" },
  },
});

const stack = await startTestStack();
const browser = await launchChromium();
try {
  const world = await createWorld(stack.url);
  const data = await world.upload(tasteCsv(61, 51, 12));
  const { id } = await world.startTuning(data.id, {
    n_trials: Number(options.trials),
    tried_algorithms_json: ["TopPop", "CosineKNN", "RP3beta"],
    train_after_tuning: false,
  });
  const { Authorization = "" } = await world.session();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, baseURL: stack.url });
  await context.addCookies([
    { name: ACCESS_COOKIE, value: Authorization.replace("Bearer ", ""), url: stack.url },
  ]);
  const page = await context.newPage();
  await page.addInitScript({ content: NOTE_LONG_TASKS });
  await page.goto(`/projects/${world.project.id}/tuning/${id}`);
  const job = await world.jobEnd(id);
  if (job.status !== "COMPLETED") throw new Error(`The job ended ${job.status}: ${job.error}`);
  await page.getByText("Completed", { exact: true }).waitFor();
  report("while the study ran", await longTasks(page));
  await shoot(page, "live");
  await readTrials(page);
  await readLog(page);
  report("while scrolling and reading on", await longTasks(page));
  await page.reload();
  await page.getByText("Completed", { exact: true }).waitFor();
  await page.getByRole("table", { name: "Trials of this study" }).getByText("Complete").first().waitFor();
  report("opening the finished study", await longTasks(page));
} finally {
  await browser.close();
  await stack.stop();
  removeState(stack.stateDir);
}

/** Milliseconds of each task above 50 ms since the last call. */
function longTasks(page: Page): Promise<number[]> {
  return page.evaluate(TAKE_LONG_TASKS);
}

async function readTrials(page: Page): Promise<void> {
  const box = page.getByRole("region", { name: "Trials" });
  const numbers = new Set<string>();
  for (;;) {
    for (const text of await box.locator("tbody tr td:first-child").allTextContents()) {
      if (text) numbers.add(text);
    }
    const isAtEnd = await box.evaluate((element) => {
      element.scrollTop += element.clientHeight;
      return element.scrollTop + element.clientHeight >= element.scrollHeight - 1;
    });
    await page.evaluate(NEXT_FRAME);
    if (isAtEnd) break;
  }
  for (const text of await box.locator("tbody tr td:first-child").allTextContents())
    if (text) numbers.add(text);
  const heights = await box
    .locator("tbody tr[aria-rowindex]")
    .evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
  console.log(`heights of rows: ${[...new Set(heights.map(Math.round))].join(", ")} px`);
  console.log(
    `trials in the table: ${numbers.size}, rows drawn at once: ${await box.locator("tbody tr").count()}`,
  );
  await box.scrollIntoViewIfNeeded();
  await shoot(page, "end-of-table");
}

async function readLog(page: Page): Promise<void> {
  const lines = page.getByRole("region", { name: "Log lines" }).locator("p");
  const more = page.getByRole("button", { name: "Show earlier lines" });
  console.log(`lines in the log: ${await lines.count()}`);
  while (await more.isVisible()) {
    const before = await lines.count();
    await more.click();
    while ((await lines.count()) <= before) {
      await page.evaluate(NEXT_FRAME);
    }
  }
  console.log(
    `lines with all earlier ones: ${await lines.count()}, the first: ${await lines.first().textContent()}`,
  );
  await lines.last().scrollIntoViewIfNeeded();
  await shoot(page, "log");
}

async function shoot(page: Page, name: string): Promise<void> {
  if (options.screenshots) await page.screenshot({ path: join(options.screenshots, `${name}.png`) });
}

function report(when: string, tasks: readonly number[]): void {
  const longest = Math.max(0, ...tasks);
  console.log(`long tasks ${when}: ${tasks.length}, the longest ${longest.toFixed(0)} ms`);
}
