/** The example pages in a real browser, on a real stack: search, pick, choose, and be told what is wrong. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PAGES, type PageName, type PreparedPage, preparePages } from "#examples/prepare.ts";
import { createSite } from "#examples/site.ts";
import { openPage } from "./open-page.ts";
import { checkPage, picture } from "./page-check.ts";

const BASE_URL = process.env.EDGEWISE_URL ?? "http://localhost:8787";
const STEP_TIMEOUT_MS = 60_000;
const RUN_TIMEOUT_MS = 480_000;
const PHONE = { width: 375, height: 700 };
const WORDS = {
  movierec: { title: "MovieRec", choose: "Watch", person: "Viewer 2", search: "Find a film" },
  musicrec: { title: "MusicRec", choose: "Play", person: "Listener 2", search: "Find a track" },
} as const;

let site: Server;
let origin: string;
let prepared: Readonly<Record<PageName, PreparedPage>>;
let browser: Browser;
let page: Page;
let faults: readonly string[];

beforeAll(async () => {
  site = createSite({ url: BASE_URL, pages: () => prepared });
  await new Promise<void>((listening) => site.listen(0, "localhost", listening));
  origin = `http://localhost:${(site.address() as AddressInfo).port}`;
  prepared = await preparePages(BASE_URL, origin);
  ({ browser, page, faults } = await openPage(origin, STEP_TIMEOUT_MS));
}, RUN_TIMEOUT_MS);

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  await picture(page, "example-failure");
  console.log(await page.locator("body").ariaSnapshot());
});

afterAll(async () => {
  await browser?.close();
  site?.close();
});

const cards = () => page.getByRole("list", { name: "Recommendations" }).getByRole("listitem");
const heading = (name: string) => page.getByRole("heading", { level: 2, name, exact: true });
const titles = () => cards().getByRole("heading").allTextContents();
const kinds = async () =>
  (await cards().locator(".facts:nth-of-type(2)").allTextContents()).map((text) => text.split(":")[0]);

async function open(name: PageName): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.goto(`${origin}/${name}/`);
  await cards().nth(9).waitFor();
}

describe.each(PAGES)("%s", (name) => {
  const words = WORDS[name];
  const items = () => prepared[name].settings.items;

  it(
    "finds titles and shows what is like one, with reasons",
    async () => {
      await open(name);
      const [, , wanted] = items();
      if (wanted === undefined) throw new Error("the sample is empty");
      await page.getByLabel(words.search).fill(wanted.title.toUpperCase());
      await page.getByRole("button", { name: wanted.title, exact: true }).click();
      await heading(`Like ${wanted.title}`).waitFor();
      expect(await cards().count()).toBe(10);
      expect(await titles()).not.toContain(wanted.title);
      const reasons = await cards().locator(".why").allTextContents();
      expect(reasons.filter((text) => !text.startsWith("In common: "))).toEqual([]);
      expect(new Set(await kinds())).toEqual(new Set([wanted.kind]));
      await page.getByLabel(words.search).fill("zzz");
      await page.getByText("with “zzz”. Try a shorter word.").waitFor();
      await page.getByLabel(words.search).fill("");
      await checkPage(page, `example-${name}`);
    },
    RUN_TIMEOUT_MS,
  );

  it(
    "follows what a newcomer and a known person choose",
    async () => {
      await open(name);
      await page
        .getByRole("button", { name: new RegExp(`^${words.choose} `) })
        .first()
        .click();
      await heading("For you").waitFor();
      await cards().nth(9).waitFor();
      const first = await titles();
      await cards()
        .first()
        .getByRole("button", { name: new RegExp(`^${words.choose} `) })
        .click();
      await page
        .getByText(first[0] as string, { exact: false })
        .first()
        .waitFor();
      await expect.poll(titles, { timeout: STEP_TIMEOUT_MS }).not.toContain(first[0]);
      await page.getByRole("combobox").selectOption({ index: 2 });
      await heading(
        `For ${await page.getByRole("combobox").locator("option:checked").textContent()}`,
      ).waitFor();
      await cards().nth(9).waitFor();
      const person = prepared[name].settings.people[1];
      const liked = (await kinds()).filter((kind) => person?.likes.includes(kind ?? ""));
      expect(liked.length).toBeGreaterThan(5);
      await checkPage(page, `example-${name}-person`);
    },
    RUN_TIMEOUT_MS,
  );

  it(
    "gives a newcomer another list after each of three clicks",
    async () => {
      await open(name);
      const lists = [(await titles()).join()];
      for (let click = 0; click < 3; click++) {
        const card = cards().nth(click);
        const chosen = (await card.getByRole("heading").textContent()) as string;
        await card.getByRole("button", { name: new RegExp(`^${words.choose} `) }).click();
        await heading("For you").waitFor();
        await expect.poll(titles, { timeout: STEP_TIMEOUT_MS }).not.toContain(chosen);
        await cards().nth(9).waitFor();
        lists.push((await titles()).join());
      }
      expect(new Set(lists).size).toBe(4);
      await checkPage(page, `example-${name}-clicks`);
    },
    RUN_TIMEOUT_MS,
  );

  it(
    "says what to do about a wrong key and a project that does not exist",
    async () => {
      await open(name);
      await page.getByText("Connection").click();
      const key = page.getByLabel("App key");
      const own = await key.inputValue();
      const use = page.getByRole("button", { name: "Use these" });
      const alert = page.getByRole("alert");
      for (const [wrong, advice] of [
        ["0".repeat(32), /^Invalid API key\. Edgewise does not know this app key\. Paste the key/],
        ["", /^Missing API key\. The page sent no app key\. Paste/],
      ] as const) {
        await key.fill(wrong);
        await use.click();
        await alert.filter({ hasText: advice }).waitFor();
        expect(await cards().count()).toBe(0);
      }
      await checkPage(page, `example-${name}-refused`);
      await key.fill(own);
      await page.getByLabel("Project for people").fill("999999");
      await use.click();
      await alert
        .filter({ hasText: /^Project not found or not ready\..*Check the project's number/ })
        .waitFor();
      await page.route("**/airec/**", (route) => route.abort());
      await use.click();
      await alert.filter({ hasText: /^Nothing answers at .*npm start/ }).waitFor();
      await page.unroute("**/airec/**");
    },
    RUN_TIMEOUT_MS,
  );

  it(
    "works by keyboard, and fits a phone",
    async () => {
      await open(name);
      await page.setViewportSize(PHONE);
      await page.getByLabel(words.search).focus();
      await page.keyboard.type(items()[5]?.title ?? "");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await heading(`Like ${items()[5]?.title}`).waitFor();
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.id")).toBe("visitor");
      await page.keyboard.press("Tab");
      const focused = () => page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? ''");
      expect(await focused()).toMatch(new RegExp(`^${words.choose} `));
      await page.keyboard.press("Enter");
      await heading("For you").waitFor();
      await expect
        .poll(() => page.evaluate("document.activeElement.id"), { timeout: STEP_TIMEOUT_MS })
        .toBe("heading");
      const { scrollWidth } = await page.evaluate<{ scrollWidth: number }>(
        "({ scrollWidth: document.documentElement.scrollWidth })",
      );
      expect(scrollWidth).toBeLessThanOrEqual(PHONE.width);
      await picture(page, `example-${name}-phone`);
      expect(faults).toEqual([]);
    },
    RUN_TIMEOUT_MS,
  );
});
