/** The API reference in a real browser: every byte of it comes from the deployment itself. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchChromium } from "./chromium.ts";
import { picture } from "./page-check.ts";

const BASE_URL = process.env.EDGEWISE_URL ?? "http://localhost:8787";
const TIMEOUT_MS = 60_000;

let browser: Browser;
let page: Page;
const requested: string[] = [];
const faults: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
  page.on("request", (request) => requested.push(request.url()));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) faults.push(message.text());
  });
}, TIMEOUT_MS);

afterAll(() => browser?.close());

it("shows an operation, tries one out, and asks nobody else for anything", {
  timeout: TIMEOUT_MS,
}, async () => {
  await page.goto(`${BASE_URL}/docs/`);
  const ping = page.locator(".opblock", { hasText: "/api/v1/ping/" });
  await ping.getByRole("button").first().click();
  await ping.getByRole("button", { name: "Try it out" }).click();
  await ping.getByRole("button", { name: "Execute" }).click();
  await ping.locator(".live-responses-table").getByText('"success"').waitFor({ timeout: TIMEOUT_MS });
  await picture(page, "api-reference");
  const { origin } = new URL(BASE_URL);
  // Pictures within the stylesheet are no requests to anybody.
  expect(requested.filter((url) => new URL(url).origin !== origin && !url.startsWith("data:"))).toEqual([]);
  expect(requested.some((url) => url.includes("/api/v1/schema/"))).toBe(true);
  expect(faults).toEqual([]);
});

it("follows the theme that was chosen in the dashboard", { timeout: TIMEOUT_MS }, async () => {
  for (const theme of ["dark", "light"] as const) {
    await page.evaluate(`localStorage.setItem("edgewise.theme", "${theme}")`);
    await page.reload();
    await page.locator(".opblock").first().waitFor({ timeout: TIMEOUT_MS });
    const isDark = await page.evaluate<boolean>("document.documentElement.classList.contains('dark-mode')");
    expect(isDark).toBe(theme === "dark");
    await picture(page, `api-reference-${theme}`);
  }
});
