/**
 * The pages that say what trials and models do, in a real browser against a running stack: the charts of a study, the inspector, and
 * the start with its sample. Each page is checked for accessibility.
 */
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { ADMINISTRATOR } from "../setup/administrator.ts";
import { type ManagementWorld, makeManagementWorld } from "./management-world.ts";
import { openPage } from "./open-page.ts";
import { checkPage, picture } from "./page-check.ts";

const BASE_URL = process.env.EDGEWISE_URL ?? "http://localhost:8787";
const STEP_TIMEOUT_MS = 60_000;
const JOB_TIMEOUT_MS = 240_000;
const TEST_TIMEOUT_MS = 300_000;

let browser: Browser;
let page: Page;
let faults: readonly string[];
let world: ManagementWorld;

beforeAll(async () => {
  world = await makeManagementWorld(BASE_URL, ADMINISTRATOR);
  ({ browser, page, faults } = await openPage(BASE_URL, STEP_TIMEOUT_MS));
  await page.goto("/login");
  await page.getByLabel("Username").fill(ADMINISTRATOR.username);
  await page.getByLabel("Password").fill(ADMINISTRATOR.password);
  await button("Sign in").click();
  await page.waitForURL((url) => url.pathname !== "/login");
}, TEST_TIMEOUT_MS);

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await picture(page, "failure-model-pages");
  expect(faults).toEqual([]);
});

afterAll(() => browser?.close());

const heading = (name: string | RegExp) => page.getByRole("heading", { name });
const button = (name: string) => page.getByRole("button", { name, exact: true });
const open = (path: string) => page.goto(`/projects/${world.projectId}${path}`);
const list = (name: string) => page.getByRole("list", { name }).locator("> li");

it("inspects a person with two models, and a session that a click begins", {
  timeout: TEST_TIMEOUT_MS,
}, async () => {
  await open("/inspect");
  await page.getByLabel("Person").fill("u7");
  await page.getByLabel("Person").press("Enter");
  await list("Recommendations").nth(11).waitFor();
  await list("Already seen").nth(11).waitFor();
  await page.getByLabel("Beside it").selectOption({ index: 1 });
  await page
    .getByText(/^\d+ of 12 items are in both lists$/)
    .first()
    .waitFor();
  expect(await list("Version 1").count()).toBe(12);
  expect(await list("Version 2").count()).toBe(12);
  await checkPage(page, "60-inspector");
  const shared = page.url();
  await page.goto("/projects");
  await page.goto(shared);
  await list("Version 2").nth(11).waitFor();
  await list("Version 2")
    .first()
    .getByRole("button", { name: /^Add to session/ })
    .click();
  await list("Chosen items").first().waitFor();
  expect(new URL(page.url()).searchParams.get("mode")).toBe("session");
  await page
    .getByRole("button", { name: /^Items like / })
    .first()
    .click();
  await page.getByRole("button", { name: "An item", pressed: true }).waitFor();
});

it("shows what trials say, and trains the best of a job that still runs", {
  timeout: TEST_TIMEOUT_MS,
}, async () => {
  const jobId = await world.startLongJob();
  await open(`/tuning/${jobId}`);
  await heading("What the trials say").waitFor({ timeout: JOB_TIMEOUT_MS });
  const trials = page.getByRole("table", { name: "Trials of this study" });
  await trials.getByRole("button", { name: "0", exact: true }).click();
  await page.getByRole("region", { name: "Chosen trial" }).getByText("Trial 0").waitFor();
  await page.getByRole("tab", { name: "Timeline" }).click();
  await page.getByRole("img", { name: "Timeline" }).waitFor();
  await button("Show as a table").click();
  await page.getByRole("table", { name: "Timeline" }).getByRole("row").nth(2).waitFor();
  await page.getByRole("tab", { name: "Spread of scores" }).click();
  await page.getByRole("img", { name: /^Share of trials/ }).waitFor();
  await page.getByRole("tab", { name: "Two settings" }).click();
  await page.getByLabel("From bottom to top").waitFor();
  await checkPage(page, "61-study");
  const [file] = await Promise.all([page.waitForEvent("download"), button("All trials (CSV)").click()]);
  expect(readFileSync(await file.path(), "utf8")).toMatch(/^trial,algorithm,state,value,.*\r\n0,/);
  await button("Train the best so far").first().click();
  await button("Train model").click();
  await heading(/^Model version 3/).waitFor();
  expect((await world.post(`parameter_tuning_job/${jobId}/cancel/`, {})).ok).toBe(true);
  await open(`/tuning/${jobId}`);
  await page.getByText("Cancelled", { exact: true }).first().waitFor();
  await page.getByRole("link", { name: "Copy and change" }).click();
  await heading("Start tuning").waitFor();
  await expect.poll(() => page.getByLabel("Trials", { exact: true }).inputValue()).toBe("200");
});

it("keeps settings, and changes them", { timeout: TEST_TIMEOUT_MS }, async () => {
  await open("/models");
  await page.getByRole("link", { name: "Saved settings" }).click();
  await button("New settings").click();
  await page.getByLabel("Name", { exact: true }).fill("wide");
  await page.getByLabel("Settings", { exact: true }).fill('{"top_k": 0}');
  await page.getByLabel("Algorithm").selectOption("CosineKNN");
  await button("Save").click();
  await page.getByText(/top_k: /).waitFor();
  await page.getByLabel("Settings", { exact: true }).fill('{"top_k": 20}');
  await button("Save").click();
  await page.getByRole("row", { name: /^wide/ }).getByText("top_k 20").waitFor();
  await checkPage(page, "63-settings");
});

it("leads from a key to a live list that follows an event", { timeout: TEST_TIMEOUT_MS }, async () => {
  await open("/start");
  await button("Create a key").click();
  await button("Ask for a list").click();
  await heading(/^Live recommendations for u\d+$/).waitFor();
  await button("Send a click on the first item").click();
  await page.getByText("The click was sent, and this list follows it.").waitFor();
  await page.getByRole("link", { name: "See more people and items" }).waitFor();
  await page.getByRole("tab", { name: "Python" }).click();
  await page.getByRole("region", { name: "Python" }).getByText("X-API-Key").waitFor();
  await checkPage(page, "62-start");
});

it("reads the sample and begins to tune without typing", { timeout: TEST_TIMEOUT_MS }, async () => {
  await page.goto("/projects");
  await button("Try with sample data").click();
  await heading("Getting started").waitFor();
  const steps = page.getByRole("listitem").filter({ hasText: "(done)" });
  await steps.filter({ hasText: "Read the data" }).waitFor({ timeout: JOB_TIMEOUT_MS });
  await page.getByRole("navigation", { name: "Project" }).getByRole("link", { name: "Tuning" }).click();
  const job = page.getByRole("link", { name: /^Tuning job \d+$/ });
  await job.waitFor({ timeout: JOB_TIMEOUT_MS });
  const [, id] = /\/tuning\/(\d+)$/.exec((await job.getAttribute("href")) ?? "") ?? [];
  expect((await world.post(`parameter_tuning_job/${id}/cancel/`, {})).ok).toBe(true);
});
