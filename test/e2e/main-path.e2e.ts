/**
 * The main path in a real browser against a running stack (EDGEWISE_URL): from an account to an answered request. A keyboard alone leads
 * all the way; only files are given to it by the browser. Each page is checked for accessibility.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { predictResponse } from "#contract/inference.ts";
import { parseCurl } from "./curl-request.ts";
import { chooseTab, enter, write } from "./keyboard.ts";
import { openPage } from "./open-page.ts";
import { checkPage, picture } from "./page-check.ts";
import { makeWorld } from "./tasteful-data.ts";

const BASE_URL = process.env.EDGEWISE_URL ?? "http://localhost:8787";
const SEED = 20_260_504;
const TRIALS = 8;
const STEP_TIMEOUT_MS = 20_000;
/** Enough time for tuning and training on two slow cores. */
const JOB_TIMEOUT_MS = 150_000;
const PATH_TIMEOUT_MS = 300_000;

let browser: Browser;
let context: BrowserContext;
let page: Page;
let faults: readonly string[];

beforeAll(async () => {
  ({ browser, context, page, faults } = await openPage(BASE_URL, STEP_TIMEOUT_MS));
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: BASE_URL });
}, STEP_TIMEOUT_MS);

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  await picture(page, "failure");
  // If there is no picture, the log has the content of the page.
  console.log(await page.locator("main").ariaSnapshot());
});

afterAll(() => browser?.close());

const heading = (name: string | RegExp) =>
  page.getByRole("heading", { name, exact: typeof name === "string" });
const button = (name: string) => page.getByRole("button", { name, exact: true });
const link = (name: string) => page.getByRole("link", { name, exact: true });
const press = (name: string) => enter(page, button(name));
const follow = (name: string) => enter(page, link(name).first());
const visit = (place: string) =>
  enter(page, page.getByRole("navigation", { name: "Project" }).getByRole("link", { name: place }));
const file = (name: string, content: string) => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(content),
});

/** Sends a form while the network is slow: the page says that it works, and a second press sends nothing. */
async function sendOnce(address: string, send: () => Promise<void>): Promise<void> {
  let letThrough = () => {};
  const arrival = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  let sent = 0;
  await page.route(address, async (route) => {
    sent++;
    await arrival;
    await route.continue();
  });
  await send();
  await page.locator("button[type=submit][aria-busy=true]").waitFor();
  await send();
  letThrough();
  await page.locator("button[type=submit][aria-busy=true]").waitFor({ state: "detached" });
  await page.unroute(address);
  expect(sent, address).toBe(1);
}

async function signUp(): Promise<void> {
  await page.goto("/");
  await heading("Sign in").waitFor();
  await checkPage(page, "01-sign-in");
  await follow("Create an account");
  await heading("Create an account").waitFor();
  const password = page.getByLabel("Password");
  await write(page, page.getByLabel("Username"), `fan-${Date.now().toString(36)}`);
  await write(page, password, "short");
  await page.keyboard.press("Enter");
  await page.getByText("Use at least 8 characters.").waitFor();
  await checkPage(page, "02-sign-up");
  await write(page, password, crypto.randomUUID());
  await sendOnce("**/auth/signup/", () => page.keyboard.press("Enter"));
  await heading("Projects").waitFor();
  await page.getByText("No projects yet").waitFor();
  await checkPage(page, "03-projects");
}

async function createProject(interactions: string): Promise<void> {
  await follow("New project");
  await page.getByLabel("Choose a data file").setInputFiles(file("likes.csv", interactions));
  await page.getByRole("table", { name: "First rows of the file" }).waitFor();
  expect(await page.getByLabel("User column").inputValue()).toBe("user_id");
  expect(await page.getByLabel("Item column").inputValue()).toBe("item_id");
  expect(await page.getByLabel("Time column").inputValue()).toBe("at");
  await checkPage(page, "04-new-project");
  await page.route("**/parts/1/", (route) => route.abort("connectionreset"), { times: 1 });
  await press("Create and upload");
  await page.getByText("The connection dropped").waitFor();
}

async function readReport(rejectedLine: number): Promise<void> {
  await heading("Most popular items").waitFor();
  await heading("1 row rejected").waitFor();
  const row = page.getByRole("table", { name: "Rejected rows" }).getByRole("row").nth(1);
  expect(await row.getByRole("cell").first().textContent()).toBe(String(rejectedLine));
  expect(
    await page
      .locator("dt", { hasText: /^Users$/ })
      .locator("+ dd")
      .textContent(),
  ).toBe("160");
  await checkPage(page, "05-report");
}

async function addItems(items: string): Promise<void> {
  await visit("Data");
  await page.getByLabel("Choose a file of items").setInputFiles(file("posts.csv", items));
  await page.getByText("Columns: title, tag").waitFor();
  await checkPage(page, "06-data");
  await visit("Overview");
  await link("Start tuning").waitFor();
  await checkPage(page, "07-overview");
}

async function tune(): Promise<void> {
  await follow("Start tuning");
  await write(page, page.getByLabel("Trials", { exact: true }), String(TRIALS));
  await enter(page, page.locator("summary", { hasText: "Advanced settings" }));
  await page.getByLabel("Share set aside for testing, %").waitFor();
  await checkPage(page, "08-new-job");
  await press("Start tuning");
  await page.getByText(`of ${TRIALS} trials`).waitFor();
  await page.getByRole("table", { name: "Trials of this study" }).getByText("Complete").first().waitFor();
  await page.getByText("Completed", { exact: true }).waitFor({ timeout: JOB_TIMEOUT_MS });
  await page.getByText("on unseen data").waitFor();
  await link("Try it").waitFor({ timeout: JOB_TIMEOUT_MS });
  await page.getByText("Model version 1 is live.").waitFor();
  const finished = page.getByRole("table", { name: "Trials of this study" }).locator("tbody tr");
  expect(await finished.count()).toBe(TRIALS);
  await checkPage(page, "09-job");
}

async function tryModel(): Promise<void> {
  await follow("Try it");
  await press("Surprise me");
  await page.getByText("Already seen").waitFor();
  const list = page.getByRole("list", { name: "Recommendations" }).getByRole("listitem");
  expect(await list.count()).toBe(10);
  await list
    .first()
    .getByText(/^(?:Slow Morning|Neon Rain|Second Stage|Paper Moon|Afterglow|Home Video) \d+$/)
    .waitFor();
  await heading("By item and person").waitFor();
  await checkPage(page, "10-model");
  await chooseTab(page, page.getByRole("tab", { name: "Liked items" }));
  await write(page, page.getByRole("combobox", { name: "Liked items" }), "Neon Rain");
  await page.getByRole("option").filter({ hasText: "post-" }).first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await press("Recommend");
  await heading("For someone who likes these").waitFor();
  await list.nth(9).waitFor();
  await checkPage(page, "11-liked-items");
}

/** The only version is live, with its score and the test part of that score; deleting it would stop the project. */
async function readModels(): Promise<void> {
  await visit("Models");
  const row = page.getByRole("table", { name: "Trained models" }).getByRole("row").nth(1);
  await row.getByText("Live", { exact: true }).waitFor();
  await row.getByText(/^test part [\da-f]{8}$/).waitFor();
  await press("Delete version 1");
  await page.getByText("It is live and the only ready version").waitFor();
  await press("Keep it");
  await checkPage(page, "10b-models");
  await follow("Version 1");
  await page.getByText("Deployed: nothing was live yet.").waitFor();
}

/** The command that a reader copies with a new key. */
async function copyCurl(): Promise<string> {
  await follow("Get an API key");
  await write(page, page.getByLabel("Name"), "browser test");
  await press("Create key");
  await button("Copy curl").waitFor();
  await press("Try it here");
  await page.getByText("Answer", { exact: true }).waitFor();
  await checkPage(page, "12-key");
  await press("Copy curl");
  await button("Copied").waitFor();
  return page.evaluate<string>("navigator.clipboard.readText()");
}

describe("the main path", () => {
  it(
    "leads from an account to ten live recommendations",
    async () => {
      const world = makeWorld(SEED);
      await signUp();
      await createProject(world.interactions);
      await readReport(world.rejectedLine);
      await addItems(world.items);
      await tune();
      await tryModel();
      await readModels();
      const { url, ...init } = parseCurl(await copyCurl());
      const response = await fetch(url, init);
      expect(response.status).toBe(200);
      const { items } = predictResponse.parse(await response.json());
      expect(items).toHaveLength(10);
      expect(items[0]?.metadata).toMatchObject({ title: expect.any(String) });
      expect(faults).toEqual([]);
    },
    PATH_TIMEOUT_MS,
  );
});
