/**
 * The SDK against a real stack: the beacon on the page of a shop, in a real browser, and each call of the client. The shop's project has
 * no model.
 */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "#cli/demo/wait-for.ts";
import { createClient, type EdgewiseClient } from "#sdk/client.ts";
import { ADMINISTRATOR } from "../setup/administrator.ts";
import { launchChromium } from "./chromium.ts";

const BASE_URL = process.env.EDGEWISE_URL ?? "http://localhost:8787";

interface SentEvent {
  readonly type: string;
  readonly item_id: string;
  readonly request_id?: string;
}

let browser: Browser;
let shop: Server;
let shopUrl: string;
let page: Page;
let server: EdgewiseClient;
const sent: SentEvent[] = [];
const statuses: number[] = [];
let messages = 0;
/** Methods of the client that were called. */
const called = new Set<string>();

beforeAll(async () => {
  let html = "";
  shop = createServer((_, response) => response.setHeader("content-type", "text/html").end(html));
  await new Promise<void>((listening) => shop.listen(0, "127.0.0.1", listening));
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  const { secretKey, browserKey } = await makeKeys(shopUrl);
  server = noting(createClient({ url: BASE_URL, apiKey: secretKey }));
  const { token } = await server.createUserToken({ user_id: "ann" });
  browser = await launchChromium();
  page = await browser.newPage();
  html = shopPage(await beaconScript(), { url: BASE_URL, apiKey: browserKey, userToken: token });
  page.on("request", (request) => {
    if (!request.url().endsWith("/v1/events")) return;
    messages += 1;
    sent.push(...JSON.parse(request.postData() ?? "").events);
  });
  page.on("response", (response) => {
    if (response.url().endsWith("/v1/events")) statuses.push(response.status());
  });
  await page.goto(shopUrl);
});

afterAll(async () => {
  await browser?.close();
  shop?.close();
});

/** The client, which notes what is called. */
function noting(client: EdgewiseClient): EdgewiseClient {
  return new Proxy(client, {
    get(target, name: keyof EdgewiseClient) {
      called.add(name);
      return target[name];
    },
  });
}

async function makeKeys(origin: string) {
  let access = "";
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const response = await fetch(`${BASE_URL}/api/v1/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(access && { authorization: `Bearer ${access}` }) },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  access = (await post<{ access: string }>("auth/login/", ADMINISTRATOR)).access;
  const columns = { user_column: "user", item_column: "item" };
  const { id: project } = await post<{ id: number }>("project/", { name: `shop ${Date.now()}`, ...columns });
  const key = (more: object) =>
    post<{ key: string }>("api_keys/", { project, scopes: ["predict", "events"], ...more });
  return {
    secretKey: (await key({ name: "server", scopes: ["predict", "events", "items", "write"] })).key,
    browserKey: (await key({ name: "page", is_browser: true, allowed_origins: [origin] })).key,
  };
}

async function beaconScript(): Promise<string> {
  const entry = join(import.meta.dirname, "../../sdk/src/beacon.ts");
  const built = await build({
    entryPoints: [entry],
    bundle: true,
    format: "iife",
    globalName: "edgewise",
    write: false,
  });
  return built.outputFiles[0]?.text ?? "";
}

const shopPage = (script: string, settings: object) => `<!doctype html><title>Shop</title>
<main data-edgewise-view="page">
  <ul data-edgewise-request="answer-1">
    <li data-edgewise-item="seen">In view</li>
    <li data-edgewise-item="below" style="margin-top: 5000px">Below the fold</li>
  </ul>
</main>
<script>${script}</script>
<script>window.beacon = edgewise.startBeacon(${JSON.stringify(settings)});</script>`;

const typesSent = () => sent.map(({ type, item_id }) => `${type} ${item_id}`).sort();
const setConsent = (agrees: boolean) => page.evaluate(`beacon.setConsent(${agrees})`);

describe("the beacon on a shop's page", () => {
  it("sends nothing before the visitor agrees", async () => {
    await page.getByText("In view").click();
    await page.evaluate("beacon.flush()");
    expect(sent).toEqual([]);
  });

  it("reports the view, what is in view for a second, and clicks, with the answer they came from", async () => {
    await setConsent(true);
    await page.getByText("In view").click();
    await waitFor(
      async () => typesSent(),
      (types) => types.includes("impression seen"),
    );
    expect(typesSent()).toEqual(["click seen", "impression seen", "view page"]);
    expect(sent.find(({ type }) => type === "click")?.request_id).toBe("answer-1");
    expect(await page.evaluate("document.cookie")).toBe("");
  });

  it("reports an item that comes into view later, once", async () => {
    await page.getByText("Below the fold").scrollIntoViewIfNeeded();
    await waitFor(
      async () => typesSent(),
      (types) => types.includes("impression below"),
    );
    await page.getByText("In view").scrollIntoViewIfNeeded();
    expect(typesSent().filter((what) => what === "impression below")).toHaveLength(1);
  });

  it("is believed: each message is taken whole, as the token's user did all of it", async () => {
    // An event that is refused makes it 207; a browser does not let tests read the body of a beacon's answer.
    await waitFor(
      async () => statuses.length,
      (answered) => answered === messages,
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it("knows the visitor by another name after a merge", async () => {
    const merged = await server.mergeUsers({ from: "ann", to: "ann@example.com" });
    expect(merged).toEqual({ from: "ann", to: "ann@example.com", user_id: "ann@example.com" });
  });

  it("sends what waits when the visitor leaves the page", async () => {
    await page.getByText("In view").click();
    const before = sent.length;
    await page.evaluate(`dispatchEvent(new Event("pagehide"))`);
    await waitFor(
      async () => sent.length,
      (length) => length > before,
    );
    expect(sent.at(-1)?.type).toBe("click");
  });

  it("forgets what waits when the visitor changes their mind", async () => {
    await page.goto(shopUrl);
    const before = sent.length;
    await setConsent(true);
    await page.getByText("In view").click();
    await setConsent(false);
    await page.goto("about:blank");
    expect(sent.length).toBe(before);
  });
});

describe("the client", () => {
  const shown = ({ items }: { readonly items: readonly { readonly item_id: string }[] }) =>
    items.map(({ item_id }) => item_id);

  it("writes items, which the next list has unless they are hidden or deleted", async () => {
    const lamp = await server.putItem("lamp", { properties: { price: 30 } });
    expect(lamp).toMatchObject({ item_id: "lamp", properties: { price: 30 }, hidden: false });
    const written = await server.writeItems([
      { item_id: "mug", properties: { price: 5 } },
      { item_id: "tv", properties: { price: 900 } },
      { item_id: "a/b", properties: { price: 7 } },
    ]);
    expect(written).toMatchObject({ accepted: 3, rejected: 0 });
    expect(await server.patchItem("lamp", { hidden: true })).toMatchObject({ hidden: true });
    expect(await server.deleteItem("a/b")).toEqual({ item_id: "a/b", deleted: true });
    expect(await server.getItem("mug")).toMatchObject({ properties: { price: 5 } });
    const ask = () => server.recommend({ filter: "item.price > 1" });
    const list = await waitFor(ask, (answer) => !shown(answer).includes("lamp") && answer.items.length > 1);
    expect(shown(list).sort()).toEqual(["mug", "tv"]);
  });

  it("sends events, and gets lists that follow them", async () => {
    const views = ["bob", "cid", "dan"].map((user_id) => ({ type: "view", user_id, item_id: "tv" }));
    expect(await server.sendEvents(views, { atomic: true })).toMatchObject({ accepted: 3, rejected: 0 });
    const popular = await waitFor(
      () => server.popular({ window: "5m", filter: "item.price > 1" }),
      ({ items }) => items[0]?.item_id === "tv",
    );
    expect(popular.items[0]).toMatchObject({ strategy: "popular_now", score: 3 });
    const trending = await waitFor(
      () => server.trending({ window: "5m", filter: "item.price > 1" }),
      ({ items }) => items[0]?.strategy === "trending",
    );
    expect(shown(trending)[0]).toBe("tv");
    // Somebody who has seen the television gets other things.
    expect(shown(await server.recommend({ user_id: "bob", filter: "item.price > 1" }))).toEqual(["mug"]);
    expect(shown(await server.similar({ item_ids: ["mug"], filter: "item.price > 1" }))).toEqual(["tv"]);
    const { answers } = await server.batch([
      { user_id: "bob", limit: 1 },
      { item_ids: ["tv"], limit: 1 },
    ]);
    expect(answers.map(({ items }) => items.length)).toEqual([1, 1]);
  });

  it("writes what is known of a user", async () => {
    await server.putUser("bob", { properties: { country: "FR", age: 30 } });
    expect(await server.patchUser("bob", { properties: { age: 31 } })).toMatchObject({
      properties: { country: "FR", age: 31 },
    });
    expect(await server.getUser("bob")).toMatchObject({ user_id: "bob", properties: { age: 31 } });
  });

  it("erases a user, and has reached the stack with each of its calls", async () => {
    expect(await server.deleteUser("bob")).toMatchObject({ kind: "PERSON", status: "RUNNING" });
    expect([...called].sort()).toEqual(Object.keys(server).sort());
  });
});
