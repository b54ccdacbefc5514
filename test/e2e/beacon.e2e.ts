/** The beacon of the SDK on the page of a shop, in a real browser: what a visitor sees and does reaches the project's counts. */

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

beforeAll(async () => {
  let html = "";
  shop = createServer((_, response) => response.setHeader("content-type", "text/html").end(html));
  await new Promise<void>((listening) => shop.listen(0, "127.0.0.1", listening));
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  const { secretKey, browserKey } = await makeKeys(shopUrl);
  server = createClient({ url: BASE_URL, apiKey: secretKey });
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
    secretKey: (await key({ name: "server", scopes: ["predict", "events", "write"] })).key,
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
