/** QueueRec in a real browser, on a real stack: a model of what comes next, whose list follows each click at once. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type PreparedQueue, prepareQueue } from "#examples/prepare-queue.ts";
import { createSite } from "#examples/site.ts";
import { openPage } from "./open-page.ts";
import { checkPage, picture } from "./page-check.ts";

const BASE_URL = process.env.EDGEWISE_URL ?? "http://localhost:8787";
const STEP_TIMEOUT_MS = 60_000;
const RUN_TIMEOUT_MS = 480_000;

let site: Server;
let prepared: PreparedQueue;
let browser: Browser;
let page: Page;
let faults: readonly string[];

beforeAll(async () => {
  site = createSite({ url: BASE_URL, pages: () => ({ queuerec: prepared }) });
  await new Promise<void>((listening) => site.listen(0, "localhost", listening));
  const origin = `http://localhost:${(site.address() as AddressInfo).port}`;
  prepared = await prepareQueue(BASE_URL, origin);
  ({ browser, page, faults } = await openPage(origin, STEP_TIMEOUT_MS));
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.goto(`${origin}/queuerec/`);
}, RUN_TIMEOUT_MS);

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  await picture(page, "queue-failure");
  console.log(await page.locator("body").ariaSnapshot());
});

afterAll(async () => {
  await browser?.close();
  site?.close();
});

const cards = () => page.getByRole("list", { name: "Queue" }).getByRole("listitem");

/** Clicks, and reads the first list that comes after it: the page asks once for each click. */
async function listAfter(click: () => Promise<void>): Promise<string[]> {
  const answered = page.waitForResponse(
    (response) => response.request().method() === "POST" && response.url() === prepared.settings.recommendUrl,
  );
  await click();
  const { items } = (await (await answered).json()) as { items: { item_id: string }[] };
  await page.getByText(/^This queue came \d+ ms after your click\.$/).waitFor();
  const title = (id: string) => prepared.settings.items.find((item) => item.id === id)?.title;
  const shown = items.map(({ item_id }) => title(item_id));
  await expect.poll(() => cards().getByRole("heading").allTextContents()).toEqual(shown);
  return items.map(({ item_id }) => item_id);
}

it(
  "follows each of three clicks in the next answer, and says which tracks led there",
  async () => {
    await cards().first().waitFor();
    await checkPage(page, "queue-newcomer");
    const [, second] = [...new Set(prepared.settings.items.map(({ album }) => album))];
    const tracks = prepared.settings.items.filter(({ album }) => album === second);
    const lists = [
      await listAfter(() => page.getByRole("button", { name: second as string, exact: true }).click()),
    ];
    for (let click = 0; click < 2; click++) {
      // The next track of the album stands first, in the first answer after the event before it.
      expect(lists.at(-1)?.[0]).toBe(tracks[click + 1]?.id);
      lists.push(await listAfter(() => cards().first().getByRole("button").click()));
    }
    expect(lists[2]?.[0]).toBe(tracks[3]?.id);
    expect(new Set(lists.map(String)).size).toBe(3);
    const why = await cards().first().locator(".why").textContent();
    expect(why).toContain(`Because you played ${tracks[2]?.title}`);
    await checkPage(page, "queue-clicks");
    await page.getByRole("button", { name: "Start over as a new listener" }).click();
    await page.getByText("Nothing yet.").waitFor();
    expect(faults).toEqual([]);
  },
  RUN_TIMEOUT_MS,
);
