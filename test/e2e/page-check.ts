import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import type { Page, ViewportSize } from "playwright-core";
import { expect } from "vitest";
import { addressOf } from "./checked-pages.ts";

const RESULTS_DIR = fileURLToPath(new URL("../../test-results", import.meta.url));
/** Whether pages that pass are kept as pictures, too. */
const KEEPS_PICTURES = process.env.EDGEWISE_PICTURES === "true";
const ALL_RULES = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] };
/** The rules that depend on the colour scheme. */
const RULES_OF_COLOURS = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
/**
 * A fading element has no contrast of its own. The end of one transition can begin that of a child. Nobody waits for an end: the
 * promise of an element that leaves the page is never kept.
 */
const END_ANIMATIONS = `
    const running = () => document.getAnimations().filter(({ effect, playState }) =>
      playState === "running" && effect.getComputedTiming().endTime !== Infinity);
    for (let animations = running(); animations.length > 0; animations = running())
      for (const animation of animations) animation.finish();`;
const NARROW = { width: 380, height: 760 };

const LOOKS = ["light", "dark", "narrow"] as const;
export type Look = (typeof LOOKS)[number];

const OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
/** Spinners and fades that run although the reader asked for none. */
const MOTION = `document.getAnimations()
  .filter(({ playState, effect }) => playState === "running" && effect.getComputedTiming().activeDuration > 0)
  .map(({ animationName, transitionProperty, effect }) => (animationName ?? transitionProperty) + ": " + effect.target.outerHTML.slice(0, 200))`;

/**
 * Checks a page in both colour schemes, on a narrow screen without motion, and at a zoom of 200%: accessible, nothing beyond the edge, and
 * nothing moves. A name in `checked-pages.ts` stands for a page, which must be open. With `EDGEWISE_PICTURES=true` it keeps a picture of
 * each look. A page that was checked before in other words needs only some of the looks.
 */
export async function checkPage(page: Page, name: string, looks: readonly Look[] = LOOKS): Promise<void> {
  const wide = page.viewportSize() ?? NARROW;
  const address = addressOf(name);
  if (address) expect(new URL(page.url()).pathname, `${name}: the page`).toMatch(address);
  try {
    for (const look of looks) await checkLook(page, name, look, wide);
    await checkZoom(page, name, wide);
  } finally {
    await page.setViewportSize(wide);
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "no-preference" });
  }
}

async function checkLook(page: Page, name: string, look: Look, wide: ViewportSize): Promise<void> {
  await page.setViewportSize(look === "narrow" ? NARROW : wide);
  const reducedMotion = look === "narrow" ? "reduce" : "no-preference";
  await page.emulateMedia({ colorScheme: look === "dark" ? "dark" : "light", reducedMotion });
  if (KEEPS_PICTURES) await picture(page, `${name}-${look}`);
  const rules = look === "dark" ? RULES_OF_COLOURS : ALL_RULES;
  expect(await findViolations(page, rules), `${name}, ${look}: axe`).toEqual([]);
  const overflow = await page.evaluate<number>(OVERFLOW);
  expect(overflow, `${name}, ${look}: px beyond the edge`).toBeLessThanOrEqual(0);
  if (look === "narrow") expect(await page.evaluate(MOTION), `${name}: motion`).toEqual([]);
}

/** Zoomed to 200%, a window has half as many of the page's pixels. */
async function checkZoom(page: Page, name: string, { width, height }: ViewportSize): Promise<void> {
  await page.setViewportSize({ width: Math.round(width / 2), height: Math.round(height / 2) });
  expect(await page.evaluate<number>(OVERFLOW), `${name}, 200%: px beyond the edge`).toBeLessThanOrEqual(0);
}

/** Keeps the whole page as test-results/NAME.jpg. JPEG takes half the processor time of PNG. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(RESULTS_DIR, { recursive: true });
  const path = join(RESULTS_DIR, `${name}.jpg`);
  await page.screenshot({ path, quality: 85, fullPage: true, animations: "disabled" });
}

/** One line per broken rule and element. Pages get axe when they are first checked: half a megabyte that other loads need not read. */
async function findViolations(page: Page, runOnly: object): Promise<string[]> {
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(`${axe.source};0`);
  return page.evaluate<string[]>(`(async () => {
    ${END_ANIMATIONS}
    const runOnly = ${JSON.stringify(runOnly)};
    // It computes no selectors of elements that pass.
    const { violations } = await axe.run(document, { runOnly, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ": " + node.html.slice(0, 200)));
  })()`);
}
