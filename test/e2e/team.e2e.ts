/**
 * A shared project in a real browser: an owner invites by a link, a newcomer signs up behind it and joins, sees everything and
 * changes nothing, and is removed. Then one's own sessions and password.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { openPage } from "./open-page.ts";
import { checkPage, picture } from "./page-check.ts";

const BASE_URL = process.env.EDGEWISE_URL ?? "http://localhost:8787";
const STEP_TIMEOUT_MS = 60_000;
const TEST_TIMEOUT_MS = 300_000;
const PASSWORD = "correct horse battery";
const stem = `team-${Date.now().toString(36)}`;

let browser: Browser;
let context: BrowserContext;
let owner: Page;
let guest: Page;
let faults: readonly string[];
let team: string;

beforeAll(async () => {
  ({ browser, context, page: owner, faults } = await openPage(BASE_URL, STEP_TIMEOUT_MS));
  await owner.goto("/signup");
  await signUp(owner, `${stem}-owner`);
  const answer = await owner.request.post("/api/v1/project/", {
    headers: { origin: new URL(BASE_URL).origin },
    data: { name: stem, user_column: "user", item_column: "item" },
  });
  expect(answer.status()).toBe(201);
  team = `/projects/${((await answer.json()) as { id: number }).id}/team`;
  const another = await browser.newContext({ viewport: { width: 1280, height: 860 }, baseURL: BASE_URL });
  another.setDefaultTimeout(STEP_TIMEOUT_MS);
  guest = await another.newPage();
}, TEST_TIMEOUT_MS);

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") {
    await picture(owner, "failure-team-owner");
    await picture(guest, "failure-team-guest");
  }
  expect(faults).toEqual([]);
});

afterAll(async () => {
  await context?.close();
  await browser?.close();
});

async function signUp(page: Page, username: string): Promise<void> {
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account", exact: true }).click();
  await page.waitForURL((url) => url.pathname !== "/signup");
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

it("is joined by a link, read by a viewer, and left when an owner says so", {
  timeout: TEST_TIMEOUT_MS,
}, async () => {
  await owner.goto(team);
  await owner.getByLabel("For whom").fill("Mika");
  await button(owner, "Make a link").click();
  const link = await owner.getByText(/\/invitation#/).innerText();
  await checkPage(owner, "70-team-link");
  await guest.goto(link.trim());
  await guest.getByRole("link", { name: "Create an account" }).click();
  await signUp(guest, `${stem}-guest`);
  await guest.getByText(`${stem}-owner invites you to this project. Your role: Viewer.`).waitFor();
  await checkPage(guest, "70-invitation");
  await button(guest, "Join the project").click();
  await guest.getByText("You are a viewer of this project").waitFor();
  await guest.goto(team.replace("/team", "/settings"));
  const save = button(guest, "Save").first();
  await save.and(guest.locator("[aria-disabled=true][title^='You are a viewer']")).waitFor();
  await button(owner, "I have copied the link").click();
  await owner.reload();
  const member = owner.getByLabel(`Role of ${stem}-guest`);
  await member.waitFor();
  await checkPage(owner, "71-team");
  await member.selectOption("editor");
  await guest.reload();
  await save.waitFor();
  expect(await guest.getByText("You are a viewer of this project").count()).toBe(0);
  expect(await save.getAttribute("aria-disabled")).toBeNull();
  await owner
    .getByRole("row", { name: new RegExp(`${stem}-guest`) })
    .getByRole("button", { name: "Remove" })
    .click();
  await button(owner, "Remove member").click();
  await member.waitFor({ state: "detached" });
  await guest.reload();
  await guest.getByText("Nothing is here").waitFor();
});

it("shows one's sessions and changes one's password", { timeout: TEST_TIMEOUT_MS }, async () => {
  await owner.goto("/account");
  await owner.getByText("This one").waitFor();
  const login = { username: `${stem}-owner`, password: PASSWORD };
  const headers = { origin: new URL(BASE_URL).origin, "user-agent": "a phone" };
  const elsewhere = await browser.newContext({ baseURL: BASE_URL });
  expect((await elsewhere.request.post("/api/v1/auth/login/", { headers, data: login })).status()).toBe(200);
  await owner.reload();
  await button(owner, "End all others").waitFor();
  await checkPage(owner, "72-account");
  await button(owner, "End all others").click();
  await button(owner, "End the others").click();
  // The dialog hides the button before the request is answered.
  await expect.poll(async () => (await elsewhere.request.get("/api/v1/auth/user/")).status()).toBe(401);
  await button(owner, "End all others").waitFor({ state: "detached" });
  await owner.getByLabel("Current password").fill("wrong");
  await owner.getByLabel("New password").fill(`${PASSWORD} and more`);
  await button(owner, "Change password").click();
  await owner.getByText("Current password is incorrect.").waitFor();
  await owner.getByLabel("Current password").fill(PASSWORD);
  await button(owner, "Change password").click();
  await owner.getByText("Your password is changed").waitFor();
});
