/**
 * Films in a real browser: upload ratings and films, say what the columns are, train content, collaborative and hybrid models, pick a
 * film by its title and see why others are like it. `EDGEWISE_FILMS` names a folder with MovieLens' `ratings.csv` and `movies.csv`;
 * without it the films are made.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { makeFilms, readFilms } from "./made-films.ts";
import { openPage } from "./open-page.ts";
import { checkPage, picture } from "./page-check.ts";

const BASE_URL = process.env.EDGEWISE_URL ?? "http://localhost:8787";
const FOLDER = process.env.EDGEWISE_FILMS ?? "";
const STEP_TIMEOUT_MS = 60_000;
const JOB_TIMEOUT_MS = 600_000;
const RUN_TIMEOUT_MS = 2_000_000;
const TRIALS = 3;
const KINDS = [
  { kind: "content", name: /^Content/ },
  { kind: "collaborative", name: /./ },
  { kind: "hybrid", name: /^iALS with features|^LightFM/ },
] as const;

const { ratings, films, wanted } = FOLDER === "" ? makeFilms(7) : readFilms(FOLDER);
let browser: Browser;
let page: Page;
let faults: readonly string[];

beforeAll(async () => {
  ({ browser, page, faults } = await openPage(BASE_URL, STEP_TIMEOUT_MS));
}, STEP_TIMEOUT_MS);

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  await picture(page, "films-failure");
  console.log(await page.locator("main").ariaSnapshot());
});

afterAll(() => browser?.close());

const button = (name: string) => page.getByRole("button", { name, exact: true });
const visit = (place: string) =>
  page.getByRole("navigation", { name: "Project" }).getByRole("link", { name: place }).click();
const file = (name: string, content: string) => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(content),
});

async function signUp(): Promise<void> {
  await page.goto("/signup");
  await page.getByLabel("Username").fill(`films-${Date.now().toString(36)}`);
  await page.getByLabel("Password").fill(crypto.randomUUID());
  await button("Create account").click();
  await page.getByText("No projects yet").waitFor();
}

async function uploadRatings(): Promise<void> {
  await page.getByRole("link", { name: "New project" }).first().click();
  await page.getByLabel("Choose a data file").setInputFiles(file("ratings.csv", ratings));
  await page.getByRole("table", { name: "First rows of the file" }).waitFor();
  expect(await page.getByLabel("User column").inputValue()).toBe("userId");
  expect(await page.getByLabel("Item column").inputValue()).toBe("movieId");
  expect(await page.getByLabel("Time column").inputValue()).toBe("timestamp");
  await button("Create and upload").click();
  await page.getByRole("heading", { name: "Most popular items" }).waitFor();
}

async function mapColumns(): Promise<void> {
  await visit("Data");
  await page.getByLabel("Choose a file of items").setInputFiles(file("movies.csv", films));
  const title = page.getByLabel("Type of title");
  await title.waitFor();
  expect(await title.locator("option:checked").textContent()).toBe("guessed: title");
  const genres = page.getByLabel("Type of genres");
  expect(await genres.locator("option:checked").textContent()).toBe("guessed: tags");
  await genres.selectOption("tags");
  await page.getByLabel("Separator of genres").fill("|");
  await checkPage(page, "films-01-columns");
  await correctInAnotherTab();
  await button("Save columns").click();
  await page.getByText(/somebody corrected them meanwhile/).waitFor();
  await page.locator("option:checked", { hasText: /^text$/ }).waitFor({ state: "attached" });
  expect(await genres.locator("option:checked").textContent()).toBe("tags");
  await button("Save columns").click();
  await page.getByText("The columns are saved.").waitFor();
  expect(await genres.locator("option:checked").textContent()).toBe("tags");
}

/** Of two tabs the one that saves later learns of the other's correction, and loses nothing. */
async function correctInAnotherTab(): Promise<void> {
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByLabel("Type of title").selectOption("text");
  await other.getByRole("button", { name: "Save columns" }).click();
  await other.getByText("The columns are saved.").waitFor();
  await other.close();
}

async function train(kind: string): Promise<void> {
  await visit("Tuning");
  await page
    .getByRole("link", { name: /^(Start|New) tuning/ })
    .first()
    .click();
  await page.getByLabel("Kind of model").selectOption(kind);
  await page.getByLabel("Trials", { exact: true }).fill(String(TRIALS));
  await checkPage(page, `films-02-${kind}`);
  await button("Start tuning").click();
  await page.getByText("Completed", { exact: true }).waitFor({ timeout: JOB_TIMEOUT_MS });
  await page.getByRole("link", { name: "Try it" }).waitFor({ timeout: JOB_TIMEOUT_MS });
  await checkPage(page, `films-03-${kind}-job`);
  await page.getByRole("link", { name: "Try it" }).click();
}

async function pickByTitle(kind: string): Promise<void> {
  await page.getByRole("tab", { name: "Similar items" }).click();
  await page.getByRole("combobox", { name: "Item" }).fill(wanted.typed);
  await page.getByRole("option").filter({ hasText: wanted.title }).first().click();
  const list = page.getByRole("list", { name: "Recommendations" }).getByRole("listitem");
  await list.nth(9).waitFor();
  expect(await list.filter({ hasText: wanted.title }).count()).toBe(0);
  const alike = list.filter({ hasText: /In common: / });
  await alike.first().waitFor();
  if (kind === "content") expect(await alike.count()).toBe(10);
  await checkPage(page, `films-04-${kind}-similar`);
}

async function seeWhy(kind: string): Promise<void> {
  await page.getByRole("tab", { name: "A person" }).click();
  await button("Surprise me").click();
  await page.getByText("Already seen").waitFor();
  const list = page.getByRole("list", { name: "Recommendations" }).getByRole("listitem");
  await list
    .filter({ hasText: /Because of .+ \([\d.]+%\)/ })
    .nth(4)
    .waitFor();
  await checkPage(page, `films-05-${kind}-why`);
}

async function tryWeights(): Promise<void> {
  await visit("Settings");
  await page.getByLabel("Column of numbers").fill("rating");
  await page.getByLabel("What the numbers are").selectOption("likes");
  await page.getByLabel("Lowest rating", { exact: true }).fill("0.5");
  await page.getByLabel("Lowest rating that is a like").fill("9");
  await button("See what it does").click();
  await page.getByText(/at most at 5, on the scale of ratings/).waitFor();
  await page.getByLabel("Lowest rating that is a like").fill("4");
  await button("See what it does").click();
  const report = page.getByRole("region", { name: "What the weights do" });
  await report.getByText(/: is rated lower than a like/).waitFor();
  await report.getByText("1 file was read with other weights").waitFor();
  await checkPage(page, "films-06-weights");
  await button("Save weights").click();
  await page.getByText("Saved.", { exact: true }).waitFor();
  await page.reload();
  expect(await page.getByLabel("Column of numbers").inputValue()).toBe("rating");
  expect(await page.getByLabel("Lowest rating that is a like").inputValue()).toBe("4");
}

it(
  "from ratings and films to content, collaborative and hybrid models that say why",
  async () => {
    await signUp();
    await uploadRatings();
    await mapColumns();
    for (const { kind, name } of KINDS) {
      await train(kind);
      await page
        .locator("dt", { hasText: /^Algorithm$/ })
        .locator("+ dd")
        .filter({ hasText: name })
        .waitFor();
      const figures = page.getByRole("table", { name: /^Known and new/ });
      await figures.getByRole("row", { name: /^New items, among themselves [\d.]+ / }).waitFor();
      await pickByTitle(kind);
      await seeWhy(kind);
    }
    await tryWeights();
    expect(faults).toEqual([]);
  },
  RUN_TIMEOUT_MS,
);
