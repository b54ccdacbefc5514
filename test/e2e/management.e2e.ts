/**
 * Tasks apart from the main path, in a real browser against a running stack: accounts, retraining, activity, comparing models,
 * pausing a job, archives and deletion. Each page is checked for accessibility.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from "vitest";
import { ADMINISTRATOR } from "../setup/administrator.ts";
import { launchChromium } from "./chromium.ts";
import { measureLoading, watchLoading } from "./loading.ts";
import { type ManagementWorld, makeManagementWorld } from "./management-world.ts";
import { checkPage, picture } from "./page-check.ts";

const BASE_URL = process.env.EDGEWISE_URL ?? "http://localhost:8787";
const STEP_TIMEOUT_MS = 60_000;
const JOB_TIMEOUT_MS = 240_000;
const TEST_TIMEOUT_MS = 300_000;
/** Half of the value that browsers call good. */
const MAX_LAYOUT_SHIFT = 0.05;

let browser: Browser;
let context: BrowserContext;
let page: Page;
let world: ManagementWorld;
const faults: string[] = [];

beforeAll(async () => {
  world = await makeManagementWorld(BASE_URL, ADMINISTRATOR);
  browser = await launchChromium();
  context = await browser.newContext({ viewport: { width: 1280, height: 860 }, baseURL: BASE_URL });
  context.setDefaultTimeout(STEP_TIMEOUT_MS);
  await watchLoading(context);
  page = await openTab();
  await page.goto("/login");
  await page.getByLabel("Username").fill(ADMINISTRATOR.username);
  await page.getByLabel("Password").fill(ADMINISTRATOR.password);
  await button("Sign in").click();
  await page.waitForURL((url) => url.pathname !== "/login");
}, TEST_TIMEOUT_MS);

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await picture(page, "failure-management");
  expect(faults).toEqual([]);
});

afterAll(() => browser?.close());

/** An empty page whose faults count. */
async function openTab(): Promise<Page> {
  const tab = await context.newPage();
  tab.on("pageerror", (error) => faults.push(error.message));
  tab.on("console", (message) => {
    if (/Content Security Policy|is not JSON/.test(message.text())) faults.push(message.text());
  });
  return tab;
}

const heading = (name: string) => page.getByRole("heading", { name, exact: true });
const button = (name: string) => page.getByRole("button", { name, exact: true });
const open = (path: string) => page.goto(`/projects/${world.projectId}${path}`);

it("administers accounts", { timeout: TEST_TIMEOUT_MS }, async () => {
  await page.goto("/projects");
  await button(`Account of ${ADMINISTRATOR.username}`).click();
  await page.getByRole("menuitem", { name: "Accounts" }).click();
  await heading("New account").waitFor();
  const name = `member-${Date.now().toString(36)}`;
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Password").fill("short");
  await button("Create account").click();
  await page.locator("[aria-invalid=true]").waitFor();
  await page.getByLabel("Password").fill("a long enough phrase");
  await button("Create account").click();
  const row = page.getByRole("row", { name });
  await row.getByText("Active", { exact: true }).waitFor();
  await checkPage(page, "20-accounts");
  await row.getByRole("button", { name: "Deactivate" }).click();
  await button("Deactivate account").click();
  await row.getByText("Deactivated", { exact: true }).waitFor();
  await row.getByRole("button", { name: "Activate" }).click();
  await row.getByText("Active", { exact: true }).waitFor();
  await row.getByRole("button", { name: "Reset password" }).click();
  await page.getByLabel(`New password of ${name}`).fill("another long phrase");
  await button("Change password").click();
  await page.getByText("is changed, and their sessions have ended").waitFor();
  const login = { username: name, password: "another long phrase" };
  expect((await world.post("auth/login/", login)).status).toBe(200);
});

it("schedules retraining, starts a run and shows its result", { timeout: TEST_TIMEOUT_MS }, async () => {
  await open("/retraining");
  await heading("Schedule").waitFor();
  await page.getByLabel("How often").selectOption({ label: "Every hour" });
  expect(await page.getByLabel("Cron expression").inputValue()).toBe("0 * * * *");
  await page.getByLabel("Cron expression").fill("0 * *");
  await button("Save schedule").click();
  await page.getByText("Five fields:").first().waitFor();
  await page.getByLabel("Cron expression").fill("0 * * * *");
  await page.getByLabel("What is trained").selectOption({ label: "Popularity: browser test" });
  await button("Save schedule").click();
  await page.getByText("The schedule is saved.").waitFor();
  const next = page.getByRole("list", { name: "Next runs" }).getByRole("listitem");
  await next.nth(4).waitFor();
  expect(await next.count()).toBe(5);
  await button("Train now").click();
  const runs = page.getByRole("table", { name: "Retraining runs" });
  await runs.getByText("Completed", { exact: true }).waitFor({ timeout: JOB_TIMEOUT_MS });
  await checkPage(page, "21-retraining");
});

it("shows who did what", { timeout: TEST_TIMEOUT_MS }, async () => {
  await open("/activity");
  await page.getByText("created retraining schedule").first().waitFor();
  await page.getByText("started retraining schedule").first().waitFor();
  await checkPage(page, "22-activity");
});

it("leads to every place from a drawer on a narrow screen", { timeout: TEST_TIMEOUT_MS }, async () => {
  const wide = page.viewportSize() ?? { width: 1280, height: 860 };
  onTestFinished(() => page.setViewportSize(wide));
  await page.setViewportSize({ width: 380, height: 760 });
  await open("/activity");
  await button("Open the menu").click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("link", { name: "Activity", exact: true }).waitFor();
  // The check of a zoomed window halves the width that it finds.
  await page.setViewportSize(wide);
  await checkPage(page, "22b-drawer", ["narrow"]);
  await page.setViewportSize({ width: 380, height: 760 });
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  await page.locator("[aria-label='Open the menu']:focus").press("Enter");
  await drawer.getByRole("link", { name: "Team", exact: true }).click();
  await heading("Team").waitFor();
  expect(await drawer.count()).toBe(0);
});

it("shows models side by side", { timeout: TEST_TIMEOUT_MS }, async () => {
  await open("/models");
  await page.getByLabel("Compare version 1", { exact: true }).check();
  await page.getByText("Choose another one to compare with.").waitFor();
  await page.getByLabel("Compare version 2", { exact: true }).check();
  await checkPage(page, "23-models");
  await page.getByRole("link", { name: "Compare 2 models" }).click();
  await heading("Models side by side").waitFor();
  await page.getByRole("rowheader", { name: "Algorithm" }).waitFor();
  await button("Test on the same data").click();
  const row = page.getByRole("row", { name: "ndcg@10" });
  await row.getByText("best").waitFor({ timeout: JOB_TIMEOUT_MS });
  await row
    .getByText(/95% range: 0\.\d{4}–0\.\d{4}/)
    .first()
    .waitFor();
  await page
    .getByRole("list", { name: "Difference on the same people, by NDCG@10" })
    .getByText(/^Version \d − \d$/)
    .waitFor();
  await page.getByText(/^On average, a person's two lists share \d+\.\d of 10 items\.$/).waitFor();
  await checkPage(page, "24-comparison");
});

it("shows tuning jobs side by side", { timeout: TEST_TIMEOUT_MS }, async () => {
  await open("/tuning");
  const choices = page.getByRole("checkbox", { name: /^Compare tuning job \d+$/ });
  await choices.nth(1).check();
  await choices.nth(0).check();
  await page.getByRole("link", { name: "Compare 2 jobs" }).click();
  await heading("Tuning jobs side by side").waitFor();
  await page.getByRole("table", { name: "Tuning jobs side by side" }).getByRole("row").nth(2).waitFor();
  await checkPage(page, "26-compared-jobs");
});

it("makes another version live, rolls back, and records both", { timeout: TEST_TIMEOUT_MS }, async () => {
  // The retraining before has made version 3 live instead of version 1.
  await open("/models");
  const row = (version: number) =>
    page
      .getByRole("row")
      .filter({ has: page.getByRole("link", { name: `Version ${version}`, exact: true }) });
  await row(3).getByText("Live", { exact: true }).waitFor();
  await row(2).getByRole("button", { name: "Make live" }).click();
  await button("Make it live").click();
  await row(2).getByText("Live", { exact: true }).waitFor();
  await row(3).getByText("Ready", { exact: true }).waitFor();
  await checkPage(page, "23b-live");
  await open("");
  await button("Roll back to version 3").click();
  await button("Roll back").click();
  await page.getByText("Version 3 is live").waitFor();
  await expect.poll(() => button("Roll back to version 3").count()).toBe(0);
  await open("/activity");
  await page.getByText("Rolled back from version 2 to version 3.").waitFor();
  await page.getByText("Deployed by hand.").waitFor();
  await page.getByText("Not deployed: the request did not ask for it.").waitFor();
  await checkPage(page, "23c-activity");
});

it("pauses a job, and resumes it", { timeout: TEST_TIMEOUT_MS }, async () => {
  const job = await world.startLongJob();
  await open(`/tuning/${job}`);
  await button("Pause").click();
  await page.getByText("This job is paused.").waitFor();
  await checkPage(page, "25-paused-job");
  await open("/tuning");
  await page.getByRole("link", { name: `Tuning job ${job}` }).waitFor();
  await checkPage(page, "25-jobs");
  await open(`/tuning/${job}`);
  await button("Resume").click();
  await button("Pause").waitFor();
  await button("Cancel job").click();
  await button("Cancel the job").click();
  await page.getByText("Cancelled", { exact: true }).first().waitFor();
});

it("moves nothing while a page loads", { timeout: TEST_TIMEOUT_MS }, async () => {
  const project = `/projects/${world.projectId}`;
  const pages = [
    "",
    "/data",
    "/tuning",
    "/tuning/new",
    "/models",
    "/keys",
    "/retraining",
    "/activity",
    "/settings",
  ];
  const rows = await world.rows();
  const paths = [
    "/projects",
    "/projects/new",
    "/accounts",
    ...[...pages, ...rows].map((path) => project + path),
  ];
  const shifts: Record<string, number> = {};
  const looks = [1280, 375].flatMap((width) => paths.map((path) => ({ width, path })));
  // Four tabs beside each other: most of the time is that in which a page must stay quiet.
  const measureRest = async () => {
    const own = await openTab();
    for (let look = looks.pop(); look; look = looks.pop()) {
      await own.setViewportSize({ width: look.width, height: 860 });
      const { layoutShift } = await measureLoading(own, look.path);
      shifts[`${look.path} at ${look.width}`] = layoutShift;
    }
    await own.close();
  };
  await Promise.all(Array.from({ length: 4 }, measureRest));
  expect(Object.keys(shifts)).toHaveLength(2 * paths.length);
  expect(Object.entries(shifts).filter(([, shift]) => shift > MAX_LAYOUT_SHIFT)).toEqual([]);
});

it("shows the parts of a blend with their weights and settings, on a narrow screen too", {
  timeout: TEST_TIMEOUT_MS,
}, async () => {
  const modelId = await world.addModel("Blend", {
    "weight.DegreeKNN": 0,
    "weight.IALS": 0.25,
    "weight.CosineKNN": 1.5,
    "IALS.n_components": 8,
    "CosineKNN.top_k": 20,
  });
  await open(`/models/${modelId}`);
  const parts = page.getByRole("table", { name: "Parts of the blend" });
  const rows = parts.getByRole("row");
  await rows.nth(2).waitFor();
  expect(await rows.nth(1).innerText()).toMatch(/Cosine KNN\s+1\.50\s+top_k 20/);
  expect(await rows.nth(2).innerText()).toMatch(/iALS\s+0\.250\s+n_components 8/);
  expect(await rows.count()).toBe(3);
  await checkPage(page, "29-blend");
});

it("exports a project as an archive, and imports it as another", { timeout: TEST_TIMEOUT_MS }, async () => {
  await open("");
  await heading("Keep a copy").waitFor();
  await checkPage(page, "26-overview");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export as an archive" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.tar$/);
  const archive = await download.path();
  await page.goto("/projects");
  await page.getByText("Import a project", { exact: true }).click();
  await page.getByLabel("Archive").setInputFiles(archive);
  await button("Import").click();
  await page.getByText("A project with this name already exists.").waitFor();
  await page.getByLabel("New name").fill(`imported ${Date.now().toString(36)}`);
  await checkPage(page, "28-import");
  await button("Import").click();
  await page.waitForURL(/\/projects\/\d+$/);
  expect(page.url()).not.toMatch(new RegExp(`/projects/${world.projectId}$`));
});

it("deletes a project and reports what was erased", { timeout: TEST_TIMEOUT_MS }, async () => {
  await page.getByRole("button", { name: "Delete project" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete project" }).click();
  await heading("Projects").waitFor();
  const deleted = page.getByRole("list", { name: "Deleted projects" }).getByRole("listitem").first();
  await deleted.getByText(/\d+ rows?, \d+ files?/).waitFor();
  await checkPage(page, "27-projects");
});
