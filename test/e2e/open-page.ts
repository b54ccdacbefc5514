import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";

export interface OpenedPage {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page throws, and answers and scripts that it refuses; grows while the page is open. */
  readonly faults: readonly string[];
}

/** Opens an empty page of a browser of its own. */
export async function openPage(baseURL: string, stepTimeoutMs: number): Promise<OpenedPage> {
  const browser = await launchChromium();
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, baseURL });
  context.setDefaultTimeout(stepTimeoutMs);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy|is not JSON/.test(message.text())) faults.push(message.text());
  });
  return { browser, context, page, faults };
}
