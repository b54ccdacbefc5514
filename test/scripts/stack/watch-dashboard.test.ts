import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { watchDashboard } from "#scripts/stack/watch-dashboard.ts";

let home: string;
let watch: ReturnType<typeof watchDashboard>;
const page = () => join(home, "out/index.html");
const write = (name: string, text: string) => writeFileSync(join(home, name), text);
/** The script that the page names. */
const script = () => {
  const [, address = ""] = /src="([^"]+)"/.exec(readFileSync(page(), "utf8")) ?? [];
  return readFileSync(join(home, "out", address), "utf8");
};
const shows = (text: string) =>
  vi.waitFor(() => expect(readFileSync(page(), "utf8")).toContain(text), { timeout: 50_000, interval: 20 });

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "edgewise-pages-"));
  write("vite.config.mjs", `export default { root: ${JSON.stringify(home)} };`);
  write("index.html", '<!doctype html><script type="module" src="/page.js"></script><p>first</p>');
  write("page.js", "document.title = 'a title';");
  watch = watchDashboard(join(home, "vite.config.mjs"), join(home, "out"));
});

afterAll(async () => {
  const ended = new Promise((done) => watch.once("exit", done));
  process.kill(-(watch.pid ?? 0), "SIGTERM");
  await ended;
  rmSync(home, { recursive: true });
});

it("builds pages again when a source changes, and a page is there at any moment", async () => {
  await shows("<p>first</p>");
  let wasGone = false;
  const look = setInterval(() => {
    wasGone ||= !existsSync(page());
  }, 1);
  write("index.html", '<!doctype html><script type="module" src="/page.js"></script><p>second</p>');
  await shows("<p>second</p>");
  clearInterval(look);
  expect(wasGone).toBe(false);
});

it("keeps the pages when a source is wrong, says so, and builds again when it is right", async () => {
  let printed = "";
  watch.stderr.on("data", (text: Buffer) => {
    printed += text;
  });
  const before = readFileSync(page(), "utf8");
  write("page.js", "document.title = ;");
  await vi.waitFor(() => expect(printed).toContain("PARSE_ERROR"), { timeout: 50_000, interval: 20 });
  expect(readFileSync(page(), "utf8")).toBe(before);
  write("page.js", "document.title = 'another title';");
  await vi.waitFor(() => expect(script()).toContain("another title"), { timeout: 50_000, interval: 20 });
});
