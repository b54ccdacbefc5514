import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import type { Page, ViewportSize } from "playwright-core";
import { expect } from "vitest";

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

/**
 * Checks a page in both colour schemes and on a narrow screen: accessible, nothing beyond the edge. With `EDGEWISE_PICTURES=true` it
 * keeps a picture of each. A page that was checked before in other words needs only some of the looks.
 */
export async function checkPage(page: Page, name: string, looks: readonly Look[] = LOOKS): Promise<void> {
  const wide = page.viewportSize() ?? NARROW;
  try {
    for (const look of looks) await checkLook(page, name, look, wide);
  } finally {
    await page.setViewportSize(wide);
    await page.emulateMedia({ colorScheme: "light" });
  }
}

async function checkLook(page: Page, name: string, look: Look, wide: ViewportSize): Promise<void> {
  await page.setViewportSize(look === "narrow" ? NARROW : wide);
  await page.emulateMedia({ colorScheme: look === "dark" ? "dark" : "light" });
  if (KEEPS_PICTURES) await picture(page, `${name}-${look}`);
  const rules = look === "dark" ? RULES_OF_COLOURS : ALL_RULES;
  expect(await findViolations(page, rules), `${name}, ${look}: axe`).toEqual([]);
  const overflow = await page.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  expect(overflow, `${name}, ${look}: px beyond the edge`).toBeLessThanOrEqual(0);
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
