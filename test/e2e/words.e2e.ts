/**
 * The words of the dashboard in a real browser: both languages, the explanation of a term, the command palette by keyboard alone, the way
 * back in the top bar, and what is typed while the server is away or the session ends.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { ADMINISTRATOR } from "../setup/administrator.ts";
import { openPage } from "./open-page.ts";
import { checkPage, picture } from "./page-check.ts";

const BASE_URL = process.env.EDGEWISE_URL ?? "http://localhost:8787";
const STEP_TIMEOUT_MS = 60_000;
const TEST_TIMEOUT_MS = 300_000;
const DATA = Array.from({ length: 60 }, (_, row) => `${row % 12},${row % 7},${1_700_000_000 + row}\n`).join(
  "",
);

let browser: Browser;
let page: Page;
let faults: readonly string[];
let projectName: string;
let projectId: string;

beforeAll(async () => {
  ({ browser, page, faults } = await openPage(BASE_URL, STEP_TIMEOUT_MS));
  await page.goto("/login");
  await page.getByLabel("Username").fill(ADMINISTRATOR.username);
  await page.getByLabel("Password").fill(ADMINISTRATOR.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/login");
  projectName = `words ${Date.now().toString(36)}`;
  await page.goto("/projects/new");
  const buffer = Buffer.from(`user,item,at\n${DATA}`);
  await page
    .getByLabel("Choose a data file")
    .setInputFiles({ name: "likes.csv", mimeType: "text/csv", buffer });
  await page.getByRole("table", { name: "First rows of the file" }).waitFor();
  await page.getByLabel("Project name").fill(projectName);
  await page.getByRole("button", { name: "Create and upload" }).click();
  await page.getByRole("heading", { name: "Most popular items" }).waitFor();
  projectId = new URL(page.url()).pathname.split("/")[2] ?? "";
}, TEST_TIMEOUT_MS);

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await picture(page, "failure-words");
  expect(faults).toEqual([]);
});

afterAll(() => browser?.close());

const palette = () => page.getByRole("combobox", { name: /Commands|コマンド/ });

async function command(text: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.locator("[role=combobox]:focus").waitFor();
  await page.keyboard.type(text);
  await page.getByRole("option").filter({ hasText: text }).first().waitFor();
  await page.keyboard.press("Enter");
  await palette().waitFor({ state: "detached" });
}

it("leads from a page back to its place and its project in the top bar", {
  timeout: TEST_TIMEOUT_MS,
}, async () => {
  const crumbs = page.getByRole("navigation", { name: "Location" });
  await crumbs.getByText("likes.csv", { exact: true }).waitFor();
  expect(await crumbs.getByRole("listitem").allTextContents()).toEqual([
    `/${projectName}`,
    "/Data",
    "/likes.csv",
  ]);
  await crumbs.getByRole("link", { name: "Data" }).click();
  await page.getByRole("heading", { name: "Data", exact: true }).waitFor();
  await crumbs.getByRole("link", { name: projectName }).click();
  await page.getByRole("heading", { name: projectName }).waitFor();
});

it("explains a term on focus, on hover, and never before", { timeout: TEST_TIMEOUT_MS }, async () => {
  await page.goBack();
  await page.goBack();
  const term = page.getByRole("button", { name: "Density" });
  const line = page.getByRole("tooltip");
  await term.waitFor();
  expect(await line.count()).toBe(0);
  await term.hover();
  await line.getByText(/share of all pairs/).waitFor();
  await page.keyboard.press("Escape");
  await line.waitFor({ state: "detached" });
  await page.mouse.move(0, 0);
  await page.getByRole("link", { name: "Start tuning" }).focus();
  await page.keyboard.press("Tab");
  await line.getByText(/share of all pairs/).waitFor();
  await checkPage(page, "words-term");
});

it("goes to pages, projects and actions by keyboard alone", { timeout: TEST_TIMEOUT_MS }, async () => {
  await page.keyboard.press("Control+k");
  await palette().waitFor();
  await checkPage(page, "words-palette");
  await page.keyboard.press("Escape");
  await palette().waitFor({ state: "detached" });
  await command("API keys");
  await page.getByRole("heading", { name: "API keys", exact: true }).waitFor();
  await command("New project");
  await page.getByRole("heading", { name: "New project" }).waitFor();
  await command(projectName);
  await page.getByRole("heading", { name: projectName }).waitFor();
  await command("Theme: dark");
  expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
  await command("Theme: as the system");
  await command("Start tuning");
  await page.getByRole("heading", { name: "Start tuning" }).waitFor();
});

it("keeps what is typed when the server is away, and when the session ends", {
  timeout: TEST_TIMEOUT_MS,
}, async () => {
  await page.goto(`/projects/${projectId}/keys`);
  const name = page.getByLabel("Name");
  const create = page.getByRole("button", { name: "Create key" });
  await name.fill("kept");
  await page.route("**/api/v1/**", (route) => route.abort("connectionrefused"));
  await create.click();
  await page.getByText("The key was not created.").waitFor();
  expect(await name.inputValue()).toBe("kept");
  await page.unroute("**/api/v1/**");
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  expect(cookies.length).toBeGreaterThan(0);
  await create.click();
  const dialog = page.getByRole("dialog", { name: "Your session ended" });
  await dialog.getByLabel("Password").fill(ADMINISTRATOR.password);
  await checkPage(page, "words-session-ended");
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(await name.inputValue()).toBe("kept");
  await create.click();
  await page.getByRole("button", { name: "Copy curl" }).waitFor();
});

it("speaks Japanese on every page, keeps it, and comes back", { timeout: TEST_TIMEOUT_MS }, async () => {
  await page.goto(`/projects/${projectId}/tuning/new`);
  await page.getByText("Advanced settings").click();
  await command("Language: 日本語");
  await page.getByRole("heading", { name: "チューニングを開始" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("ja");
  await page.getByText("非対称コサイン KNN").or(page.getByLabel("自動で選ぶ")).first().waitFor();
  for (const place of [
    "概要",
    "データ",
    "チューニング",
    "モデル",
    "再学習",
    "API キー",
    "操作履歴",
    "設定",
  ]) {
    await page
      .getByRole("navigation", { name: "プロジェクト" })
      .getByRole("link", { name: place, exact: true })
      .click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    // The narrow look has all rules in light colours, too. What is only on a wide page has the same elements in both languages.
    await checkPage(page, `words-ja-${place}`, ["dark", "narrow"]);
  }
  await page.reload();
  await page.getByRole("heading", { name: "設定", exact: true }).waitFor();
  await command("言語: English");
  await page.getByRole("heading", { name: "Settings", exact: true }).waitFor();
});
