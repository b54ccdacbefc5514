/**
 * The pages of what is live, in a real browser against a running stack: releases, experiments, rules, events, webhooks and usage. Each
 * page's main action is done, and each page is checked for accessibility.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { ADMINISTRATOR } from "../setup/administrator.ts";
import { type ManagementWorld, makeManagementWorld } from "./management-world.ts";
import { openPage } from "./open-page.ts";
import { checkPage, picture } from "./page-check.ts";

const BASE_URL = process.env.EDGEWISE_URL ?? "http://localhost:8787";
const STEP_TIMEOUT_MS = 60_000;
const TEST_TIMEOUT_MS = 300_000;

let browser: Browser;
let page: Page;
let faults: readonly string[];
let world: ManagementWorld;
/** The address of a webhook, on this machine. */
let receiver: Server;

beforeAll(async () => {
  receiver = createServer((request, response) => request.resume().on("end", () => response.end("thanks")));
  await new Promise<void>((listening) => receiver.listen(0, "127.0.0.1", listening));
  world = await makeManagementWorld(BASE_URL, ADMINISTRATOR);
  ({ browser, page, faults } = await openPage(BASE_URL, STEP_TIMEOUT_MS));
  await page.goto("/login");
  await page.getByLabel("Username").fill(ADMINISTRATOR.username);
  await page.getByLabel("Password").fill(ADMINISTRATOR.password);
  await button("Sign in").click();
  await page.waitForURL((url) => url.pathname !== "/login");
}, TEST_TIMEOUT_MS);

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") {
    await picture(page, "failure-live");
    console.log(await page.locator("main").ariaSnapshot());
  }
  expect(faults).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  receiver?.close();
});

const heading = (name: string) => page.getByRole("heading", { name, exact: true });
const button = (name: string) => page.getByRole("button", { name, exact: true });
const open = (path: string) => page.goto(`/projects/${world.projectId}${path}`);
const slot = (name: string) => page.getByRole("region", { name, exact: true });

/** Chooses the option whose text begins so. */
async function choose(label: string, begin: string): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  const options = field.locator("option", { hasText: new RegExp(`^${begin}`) });
  await expect.poll(() => options.count()).toBeGreaterThan(0);
  await field.selectOption({ label: (await options.first().textContent()) ?? "" });
}

it("releases a version after the verdict, weighs slots, and rolls back", {
  timeout: TEST_TIMEOUT_MS,
}, async () => {
  await open("/live");
  await slot("default").getByText("New models go live here").waitFor();
  await slot("default").getByRole("button", { name: "Replace version" }).click();
  await choose("Replace with", "Version 2");
  await page.getByText("Not compared with version 1 yet").waitFor();
  await button("Make it live").click();
  await slot("default")
    .getByRole("link", { name: /^Version 2/ })
    .waitFor();
  await button("Add a slot").click();
  await page.getByLabel("Name").fill("candidate");
  await choose("Version", "Version 1");
  await page.getByLabel("Weight", { exact: true }).fill("50");
  await button("Add slot").click();
  await slot("candidate").getByText("33% of the requests").waitFor();
  const weight = page.getByLabel("Weight of candidate");
  await weight.fill("100");
  await weight.evaluate((field) => field.setAttribute("data-first", ""));
  await button("Save weights").click();
  await slot("candidate").getByText("50% of the requests").waitFor();
  // The slots were read again, and the row is the same: it would keep the focus.
  expect(await weight.getAttribute("data-first")).toBe("");
  await checkPage(page, "50-releases");
  await slot("default").getByRole("button", { name: "Roll back to version 1" }).click();
  await button("Roll back").click();
  await slot("default")
    .getByRole("link", { name: /^Version 1/ })
    .waitFor();
});

it("plans, starts and decides an experiment", { timeout: TEST_TIMEOUT_MS }, async () => {
  await open("/experiments/new");
  await page.getByLabel("Name").fill("live or candidate");
  await choose("Control", "default");
  await choose("Variant 1", "candidate");
  await checkPage(page, "51-new-experiment");
  await button("Create experiment").click();
  await heading("How long it takes").waitFor();
  await checkPage(page, "51-experiment-draft");
  await button("Start").click();
  await page.getByText("Running", { exact: true }).waitFor();
  await page.getByText("Nobody has seen a list of this experiment yet").waitFor();
  await button("Give it all requests").click();
  await page.getByText("Write why, in a few words.").waitFor();
  await choose("Slot that wins", "candidate");
  await page.getByLabel("Why").fill("A test of the page.");
  await button("Give it all requests").click();
  await page.getByText("Ended", { exact: true }).first().waitFor();
  await checkPage(page, "52-experiment-ended");
  await open("/experiments");
  await page
    .getByRole("row", { name: /live or candidate/ })
    .getByText("candidate", { exact: true })
    .waitFor();
  await checkPage(page, "53-experiments");
});

it("writes a rule, says where it is wrong, previews and saves it", { timeout: TEST_TIMEOUT_MS }, async () => {
  await open("/rules");
  await button("New rule").first().click();
  await page.getByLabel("Name").fill("not the first");
  await page.getByLabel("As text").fill("item.prise < 3");
  await button("Save rule").click();
  await page.getByText(/Line 1, column \d+/).waitFor();
  await expect.poll(() => page.getByLabel("Person", { exact: true }).inputValue()).toMatch(/^u\d+$/);
  await page.getByLabel("As text").fill('item.id != "i0"');
  await button("Preview").click();
  await page.getByRole("list", { name: "With it" }).getByRole("listitem").first().waitFor();
  await button("Count for 100 people").click();
  await page.getByText(/^It changes \d+ of 100 lists/).waitFor();
  await checkPage(page, "54-rule");
  await button("Save rule").click();
  const row = page.getByRole("row", { name: /not the first/ });
  await row.getByText("Filter", { exact: true }).waitFor();
  const toggle = row.getByRole("checkbox");
  await toggle.uncheck();
  await page.reload();
  await row.waitFor();
  expect(await toggle.isChecked()).toBe(false);
});

it("adds an endpoint, shows its secret once, and tests it", { timeout: TEST_TIMEOUT_MS }, async () => {
  await open("/webhooks");
  await button("Add an endpoint").click();
  const { port } = receiver.address() as AddressInfo;
  await page.getByLabel("Address").fill(`http://127.0.0.1:${port}/edgewise`);
  await button("Add endpoint").click();
  await page.getByText(/^whsec_/).waitFor();
  await checkPage(page, "56-webhook-secret");
  await button("I have saved the secret").click();
  expect(await page.getByText(/^whsec_/).count()).toBe(0);
  await button("Send a test").click();
  await page.getByText("Your address answered 200.").waitFor();
  await checkPage(page, "57-webhooks");
});

it("shows events, and usage as a chart and as a table", { timeout: TEST_TIMEOUT_MS }, async () => {
  const arrived = await world.post("api_keys/", {
    ...{ project: world.projectId, name: "events", scopes: ["events"] },
  });
  const { key } = (await arrived.json()) as { readonly key: string };
  const sent = await fetch(`${BASE_URL}/v1/events`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key },
    body: JSON.stringify({ type: "purchase", user_id: "u1", item_id: "i3", value: 9 }),
  });
  expect(sent.status).toBe(200);
  await open("/events");
  await page.getByRole("row", { name: /^purchase u1 i3/ }).waitFor();
  await button("Pause").click();
  await page.getByRole("button", { name: /^purchase/ }).click();
  await page.getByText("Paused: what you see stays.").waitFor();
  await page.getByRole("table", { name: "What each type is worth" }).waitFor();
  await checkPage(page, "58-events");
  await open("/usage");
  await page.getByText("No requests yet").waitFor();
  await page.getByText("Everything works").waitFor();
  await checkPage(page, "59-usage");
});
