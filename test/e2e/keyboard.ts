/** Using a page by its keyboard alone. */
import type { Locator, Page } from "playwright-core";

/** More stops of the Tab key than any page has on the way to what is wanted. */
const MOST_STOPS = 120;

/** Presses Tab until an element has the focus, and then Shift and Tab. Throws when the keyboard does not get there. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  for (const key of ["Tab", "Shift+Tab"]) {
    for (let stop = 0; stop < MOST_STOPS; stop++) {
      if (await wanted.evaluate((element) => element.matches(":focus"))) return;
      await page.keyboard.press(key);
    }
  }
  throw new Error(`The Tab key does not reach ${wanted}.`);
}

/** Presses a button, follows a link, or opens what is folded. */
export async function enter(page: Page, wanted: Locator): Promise<void> {
  await tabTo(page, wanted);
  await page.keyboard.press("Enter");
}

/** Writes a text into a field in place of what is there. */
export async function write(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}

/** Chooses a tab by the arrow keys. */
export async function chooseTab(page: Page, wanted: Locator): Promise<void> {
  const tabs = page.getByRole("tablist").filter({ has: wanted }).getByRole("tab");
  const chosen = tabs.and(page.getByRole("tab", { selected: true }));
  await tabTo(page, chosen);
  for (let left = await tabs.count(); left > 0; left--) {
    if (await chosen.and(wanted).isVisible()) return;
    await page.keyboard.press("ArrowRight");
  }
  throw new Error(`The arrow keys do not choose ${wanted}.`);
}
