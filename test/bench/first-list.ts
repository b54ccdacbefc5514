/**
 * The way of a newcomer from the page to sign in to a live recommendation with the sample data: seconds, clicks, fields that are typed,
 * and the pages on the way.
 *
 * `node test/bench/first-list.ts [--json]` (needs Chromium; see `test/e2e/chromium.ts`).
 */
import { parseArgs } from "node:util";
import type { Locator, Page } from "playwright-core";
import { launchChromium } from "../e2e/chromium.ts";
import { removeState, startTestStack } from "../setup/stack.ts";

/** Enough for a study on a busy machine. */
const LONGEST_MS = 600_000;

const { values: options } = parseArgs({ options: { json: { type: "boolean", default: false } } });

/** What a person does, counted. */
class Newcomer {
  clicks = 0;
  fields = 0;
  readonly startedAt = performance.now();

  async click(target: Locator): Promise<void> {
    await target.click();
    this.clicks++;
  }

  async type(field: Locator, text: string): Promise<void> {
    await field.fill(text);
    this.fields++;
  }

  seconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }
}

/** The same name for all: each bench has a stack of its own. */
async function walk(page: Page) {
  const pages = new Set<string>();
  page.on("framenavigated", (frame) => pages.add(new URL(frame.url()).pathname.replace(/\d+/g, "…")));
  await page.goto("/");
  const person = new Newcomer();
  await person.click(page.getByRole("link", { name: "Create an account" }));
  await person.type(page.getByLabel("Username"), "newcomer");
  await person.type(page.getByLabel("Password"), crypto.randomUUID());
  await person.click(page.getByRole("button", { name: "Create account", exact: true }));
  await person.click(page.getByRole("button", { name: "Try with sample data" }));
  const signedUpS = person.seconds();
  const list = page.getByRole("list", { name: /^Live recommendations for / }).getByRole("listitem");
  await list.first().waitFor({ timeout: LONGEST_MS });
  const { clicks, fields } = person;
  return {
    seconds: person.seconds(),
    signedUpS,
    clicks,
    fields,
    items: await list.count(),
    pages: [...pages],
  };
}

const stack = await startTestStack();
const browser = await launchChromium();
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, baseURL: stack.url });
  const way = await walk(await context.newPage());
  if (options.json) console.log(JSON.stringify(way));
  else {
    console.log(`${way.clicks} clicks and ${way.fields} typed fields on ${way.pages.join(", ")}`);
    console.log(`sample data asked for after ${way.signedUpS.toFixed(1)} s`);
    console.log(`${way.items} live recommendations after ${way.seconds.toFixed(1)} s`);
  }
} finally {
  await browser.close();
  await stack.stop();
  removeState(stack.stateDir);
}
