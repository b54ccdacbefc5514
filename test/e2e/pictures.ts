/**
 * The pictures of `docs/images`: the main pages of a project with sample data, on a desk and on a phone, light and dark, in English and
 * Japanese. Each run writes the whole set again.
 *
 * `node test/e2e/pictures.ts [--to docs/images] [--only overview,model]` (needs Chromium; see `chromium.ts`).
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { removeState, startTestStack } from "../setup/stack.ts";
import { launchChromium } from "./chromium.ts";

const { values: options } = parseArgs({
  options: {
    to: { type: "string", default: fileURLToPath(new URL("../../docs/images", import.meta.url)) },
    only: { type: "string" },
  },
});

/** WebP of the browser's own encoder: text stays sharp, and a page takes some 30 kB. */
const QUALITY = 70;
const LONGEST_WAIT_MS = 600_000;
const DESK = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Each of the two widths, themes and languages is in two of the four. */
const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  "desktop-light-en": { ...DESK, colorScheme: "light", locale: "en-GB" },
  "desktop-dark-ja": { ...DESK, colorScheme: "dark", locale: "ja-JP" },
  "phone-light-ja": { ...PHONE, colorScheme: "light", locale: "ja-JP" },
  "phone-dark-en": { ...PHONE, colorScheme: "dark", locale: "en-GB" },
};

/** A new account takes the sample: after it there are data, a study, a live model and recommendations. */
async function takeSample(page: Page): Promise<void> {
  await page.goto("/signup");
  await page.getByLabel("Username").fill("aoi");
  await page.getByLabel("Password").fill(crypto.randomUUID());
  await page.getByRole("button", { name: "Create account", exact: true }).click();
  await page.getByRole("button", { name: "Try with sample data" }).click();
  const list = page.getByRole("list", { name: /^Live recommendations for / }).getByRole("listitem");
  await list.first().waitFor({ timeout: LONGEST_WAIT_MS });
}

/** The id of the only row that the API lists, as the page's own session sees it. */
async function onlyId(page: Page, path: string): Promise<number> {
  const answer = await page.request.get(`/api/v1/${path}`);
  const { results } = (await answer.json()) as { readonly results: readonly { readonly id: number }[] };
  const id = results[0]?.id;
  if (id === undefined) throw new Error(`The sample left nothing in ${path}.`);
  return id;
}

/** The pages by the names of their pictures. */
async function addresses(page: Page): Promise<Readonly<Record<string, string>>> {
  const project = await onlyId(page, "project/");
  const data = await onlyId(page, `training_data/?project=${project}`);
  const job = await onlyId(page, `parameter_tuning_job/?data__project=${project}`);
  const model = await onlyId(page, `trained_model/?project=${project}`);
  const inside = `/projects/${project}`;
  await page.goto(`${inside}/inspect`);
  await page.getByRole("button", { name: "Surprise me" }).click();
  await page.waitForURL((url) => url.search !== "");
  const { pathname, search } = new URL(page.url());
  return {
    overview: inside,
    data: `${inside}/data/${data}`,
    "tuning-job": `${inside}/tuning/${job}`,
    "new-tuning-job": `${inside}/tuning/new`,
    models: `${inside}/models`,
    model: `${inside}/models/${model}`,
    inspector: pathname + search,
    releases: `${inside}/live`,
    rules: `${inside}/rules`,
    keys: `${inside}/keys`,
  };
}

/** The visible part of a page, once all of it is there. @returns The bytes of a WebP file. */
async function picture(page: Page, path: string): Promise<Buffer> {
  await page.goto(path, { waitUntil: "networkidle" });
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.locator("[role=status][aria-busy=true], .skeleton").first().waitFor({ state: "detached" });
  await page.evaluate("document.fonts.ready.then(() => true)");
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  await devtools.detach();
  return Buffer.from(data, "base64");
}

async function pictures(browser: Browser, baseURL: string): Promise<void> {
  const first = await browser.newContext({ ...DESK, baseURL, locale: "en-GB" });
  const page = await first.newPage();
  await takeSample(page);
  const paths = Object.entries(await addresses(page));
  const wanted = options.only?.split(",") ?? paths.map(([name]) => name);
  let session = await first.storageState();
  await first.close();
  mkdirSync(options.to, { recursive: true });
  for (const [look, setting] of Object.entries(LOOKS)) {
    const context = await browser.newContext({ ...setting, baseURL, storageState: session });
    const shown = await context.newPage();
    // The first page of a browser has no typeface yet: it is there from the second on.
    await shown.goto("/projects", { waitUntil: "networkidle" });
    for (const [name, path] of paths.filter(([one]) => wanted.includes(one))) {
      const bytes = await picture(shown, path);
      writeFileSync(join(options.to, `${name}-${look}.webp`), bytes);
      console.log(`${name}-${look}.webp: ${(bytes.length / 1000).toFixed(1)} kB`);
    }
    // Its tokens may be new: the former ones work once.
    session = await context.storageState();
    await context.close();
  }
}

const stack = await startTestStack();
const browser = await launchChromium();
try {
  await pictures(browser, stack.url);
} finally {
  await browser.close();
  await stack.stop();
  removeState(stack.stateDir);
}
