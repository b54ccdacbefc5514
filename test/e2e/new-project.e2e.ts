/**
 * Creating a project from a file in a real browser. An unreadable file is refused before the project exists. Findings in the file
 * are shown and can be corrected. Every setting of the API is in a form.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { ProjectResponse } from "#contract/project.ts";
import { ADMINISTRATOR } from "../setup/administrator.ts";
import { openPage } from "./open-page.ts";
import { checkPage, picture } from "./page-check.ts";

const BASE_URL = process.env.EDGEWISE_URL ?? "http://localhost:8787";
const STEP_TIMEOUT_MS = 60_000;
const TEST_TIMEOUT_MS = 300_000;
const U_DATA =
  "196\t242\t3\t881250949\n186\t302\t3\t891717742\n22\t377\t1\t878887116\n196\t377\t2\t881251000\n";

let browser: Browser;
let page: Page;
let faults: readonly string[];

beforeAll(async () => {
  ({ browser, page, faults } = await openPage(BASE_URL, STEP_TIMEOUT_MS));
  await page.goto("/login");
  await page.getByLabel("Username").fill(ADMINISTRATOR.username);
  await page.getByLabel("Password").fill(ADMINISTRATOR.password);
  await button("Sign in").click();
  await page.waitForURL((url) => url.pathname !== "/login");
}, TEST_TIMEOUT_MS);

beforeEach(async () => {
  await page.goto("/projects/new");
  await page.getByLabel("Choose a data file").waitFor();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await picture(page, "failure-new-project");
  expect(faults).toEqual([]);
});

afterAll(() => browser?.close());

const button = (name: string) => page.getByRole("button", { name, exact: true });
const column = (name: string) => page.getByLabel(`${name} column`);
const inPage = <T>(script: string) => page.evaluate<T>(script);

function choose(name: string, content: string | Buffer): Promise<void> {
  const buffer = typeof content === "string" ? Buffer.from(content) : content;
  return page.getByLabel("Choose a data file").setInputFiles({ name, mimeType: "text/csv", buffer });
}

const projectCount = () =>
  inPage<number>("fetch('/api/v1/project/').then((r) => r.json()).then((list) => list.count)");
const readProject = (id: string) =>
  inPage<ProjectResponse>(`fetch('/api/v1/project/${id}/').then((r) => r.json())`);

/** Sends the form and returns the id of the new project. */
async function create(label: string): Promise<string> {
  await page.getByLabel("Project name").fill(`${label} ${Date.now().toString(36)}`);
  await page.locator("form button[type=submit]").click();
  await page.waitForURL(/\/projects\/\d+/);
  return /\/projects\/(\d+)/.exec(page.url())?.[1] as string;
}

const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(300)]);
const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("user,item\nann,tea\n", "utf16le")]);

it("refuses a file that is no table, with the reason, before it makes a project", {
  timeout: TEST_TIMEOUT_MS,
}, async () => {
  const before = await projectCount();
  for (const [name, content, reason] of [
    ["photo.png", png, "its content is a PNG image"],
    ["ratings.csv", png, "its content is a PNG image"],
    ["empty.csv", "", "The submitted file is empty."],
    ["sheet.csv", utf16, "UTF-16 text; save it as UTF-8"],
    ["archive.csv", Buffer.from("PK\u0003\u0004rest of it", "latin1"), "a zip archive or an Excel workbook"],
    ["table.parquet", Buffer.from("PAR1 and so on"), "a Parquet file"],
    ["noise.csv", Buffer.alloc(2_000), "is not a text file"],
  ] as const) {
    await choose(name, content);
    await page.getByText(reason).waitFor();
    expect(await page.locator("form button[type=submit]").isDisabled(), name).toBe(true);
    await button("Choose another").click();
  }
  await choose("photo.png", png);
  await page.getByText("We cannot use this file.").waitFor();
  await checkPage(page, "30-refused-file");
  expect(await projectCount()).toBe(before);
});

it("takes a file without a header by position, and shows what is in each column", {
  timeout: TEST_TIMEOUT_MS,
}, async () => {
  await choose("u.data", U_DATA);
  await page.getByRole("table", { name: "First rows of the file, which has no header" }).waitFor();
  await page.getByText("Tab-separated").waitFor();
  expect(await column("User").inputValue()).toBe("1");
  expect(await column("Item").inputValue()).toBe("2");
  expect(await column("Time").inputValue()).toBe("4");
  expect(await column("Time").locator("option:checked").textContent()).toBe("Column 4 (881250949)");
  await checkPage(page, "31-without-header");
  const id = await create("u.data");
  await page.getByRole("heading", { name: "Most popular items" }).waitFor();
  expect(await readProject(id)).toMatchObject({
    user_column: "1",
    item_column: "2",
    time_column: "4",
    header: "auto",
  });
  await page.getByText("the first row is data").waitFor();
});

it("reads the file again as the settings say", { timeout: TEST_TIMEOUT_MS }, async () => {
  // Commas separate as well as bars; only the reader knows that the first row is a header.
  await choose("odd.txt", "red,a|x,1\nblue,b|y,2\nred,c|z,3\n");
  await page.getByRole("table", { name: /First rows/ }).waitFor();
  await page.getByText("Advanced reading settings").click();
  await page.getByLabel("Separator", { exact: true }).selectOption({ label: "Vertical bar |" });
  await page.getByLabel("Is the first row a header?").selectOption({ label: "Yes, it has the column names" });
  await page.getByRole("columnheader", { name: "red,a" }).waitFor();
  await page.getByLabel("An id such as NA, NULL or None").selectOption({ label: "Keep it as an id" });
  await column("User").selectOption("red,a");
  await column("Item").selectOption("x,1");
  await checkPage(page, "32-reading-settings");
  const id = await create("bars");
  await page.getByRole("heading", { name: "Most popular items" }).waitFor();
  expect(await readProject(id)).toMatchObject({
    separator: "|",
    header: "yes",
    missing_words: "keep",
    user_column: "red,a",
  });
});

it("has every setting of a project in its form, and saving one loses no other", {
  timeout: TEST_TIMEOUT_MS,
}, async () => {
  await column("User").fill("user");
  await column("Item").fill("item");
  const id = await create("settings");
  await page.goto(`/projects/${id}/settings`);
  await page.getByLabel("Allowed origins").fill("https://shop.example/page");
  await button("Save").click();
  await page.getByText("is not an origin like").waitFor();
  await page.getByLabel("Allowed origins").fill("https://shop.example\nhttps://www.shop.example");
  await page.getByLabel("Separator", { exact: true }).selectOption({ label: "Other…" });
  await page.getByLabel("Other separator").fill("~~");
  await page.getByLabel("Positions for new items (%)").fill("120");
  await page.getByLabel("Impressions").selectOption({ label: "Written with each answer" });
  await page.getByLabel("Answers that are written (%)").fill("25");
  await button("Save").click();
  await page.getByText("Enter a number from 0 to 100.").waitFor();
  await page.getByLabel("Positions for new items (%)").fill("7");
  await button("Save").click();
  await page.getByText("Saved.").waitFor();
  await checkPage(page, "33-settings");
  await page.reload();
  const name = `renamed ${Date.now().toString(36)}`;
  await page.getByLabel("Project name").fill(name);
  await button("Save").click();
  await page.getByText("Saved.").waitFor();
  expect(await readProject(id)).toMatchObject({
    name,
    allowed_origins: ["https://shop.example", "https://www.shop.example"],
    separator: "~~",
    header: "auto",
    missing_words: "reject",
    exploration_rate: 0.07,
    impressions: "automatic",
    impression_rate: 0.25,
  });
});
