/** The web server of the example pages: files of this folder, the settings of a page, and a token for a visitor. */
import { readFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { createClient } from "#sdk/client.ts";
import { PAGES } from "./prepare.ts";

/** Every file that is served: nothing else of the folder can be read. */
const FILES = ["rec-page.js", "queue-page.js", "ask.js", "make.js", "rec-page.css"].map(
  (name) => `shared/${name}`,
);
const SITE_PAGES = [...PAGES, "queuerec"] as const;
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
};

interface SitePage {
  /** What the page reads; everybody may read it. */
  readonly settings: object;
  /** Makes tokens of visitors. Stays here. */
  readonly secretKey: string;
}

export interface SiteOptions {
  /** The deployment's. */
  readonly url: string;
  /** Known once the server has its address, because keys are bound to it. */
  readonly pages: () => Readonly<Partial<Record<(typeof SITE_PAGES)[number], SitePage>>>;
}

/** Not yet listening. It is for this machine: it gives everybody a token for every person of the sample. */
export function createSite(options: SiteOptions): Server {
  return createServer((request, response) => {
    answer(options, request.url ?? "/", response).catch((error: unknown) => {
      console.error(error);
      send(response, 502, ".json", JSON.stringify({ error: "Edgewise did not answer. Does it still run?" }));
    });
  });
}

async function answer({ url, pages }: SiteOptions, path: string, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(path, "http://site");
  const [, first = "", second = ""] = pathname.split("/", 3);
  const page = SITE_PAGES.find((name) => name === first);
  if (pathname === "/") return send(response, 200, ".html", START);
  if (FILES.includes(pathname.slice(1))) return sendFile(response, pathname.slice(1));
  const prepared = page && pages()[page];
  if (prepared === undefined) return send(response, 404, ".html", "There is nothing here.");
  const { settings, secretKey } = prepared;
  if (second === "" && pathname.endsWith("/")) return sendFile(response, `${page}/index.html`);
  if (second === "settings.json") return send(response, 200, ".json", JSON.stringify(settings));
  if (second !== "token") return send(response, 404, ".html", "There is nothing here.");
  const server = createClient({ url, apiKey: secretKey });
  const { token } = await server.createUserToken({ user_id: searchParams.get("user_id") ?? "" });
  return send(response, 200, ".json", JSON.stringify({ token }));
}

async function sendFile(response: ServerResponse, path: string): Promise<void> {
  send(response, 200, extname(path), await readFile(join(import.meta.dirname, path), "utf8"));
}

function send(response: ServerResponse, status: number, extension: string, body: string): void {
  response.writeHead(status, {
    "Content-Type": TYPES[extension] ?? "text/plain",
    "Cache-Control": "no-store",
  });
  response.end(body);
}

const START = `<!doctype html><html lang="en"><title>Edgewise examples</title><meta name="viewport" content="width=device-width">
<h1>Edgewise examples</h1><ul><li><a href="/movierec/">MovieRec</a><li><a href="/musicrec/">MusicRec</a><li><a href="/queuerec/">QueueRec</a></ul></html>`;
