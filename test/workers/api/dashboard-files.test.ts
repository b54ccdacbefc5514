import { describe, expect, it } from "vitest";
import { dashboardFile } from "#api/dashboard-files.ts";

const FILES: Readonly<Record<string, string>> = {
  "/": "the page",
  "/theme.js": "a script",
  "/assets/main.js": "a script",
};

/** Answers like the platform's asset server. */
async function ask(path: string, init: RequestInit = {}): Promise<Response | null> {
  const asked: string[] = [];
  const response = await dashboardFile(new Request(`https://edgewise.test${path}`, init), {
    fetch: async (input: RequestInfo | URL) => {
      const { method, url } = input as Request;
      asked.push(method);
      const text = FILES[new URL(url).pathname];
      if (text === undefined) return new Response(null, { status: 404 });
      return new Response(method === "HEAD" ? null : text);
    },
  } as Pick<Fetcher, "fetch">);
  expect(asked.filter((method) => method !== "GET" && method !== "HEAD")).toEqual([]);
  return response;
}

describe("dashboardFile", () => {
  it.each([
    "/",
    "/login",
    "/login/",
    "/login?next=%2Fprojects",
    "/projects",
    "/projects/new",
    "/projects/7",
    "/projects/7/",
    "/projects/7/data/12",
    "/projects/7/tuning/new",
    "/projects/7/models/compare?ids=1,2",
    "/projects/7/keys",
  ])("answers %s with the page", async (path) => {
    expect(await (await ask(path))?.text()).toBe("the page");
    const head = await ask(path, { method: "HEAD" });
    expect([head?.status, await head?.text()]).toEqual([200, ""]);
  });

  it.each(["/theme.js", "/assets/main.js"])("answers %s with the file", async (path) => {
    expect(await (await ask(path))?.text()).toBe("a script");
  });

  it.each([
    "/admin/",
    "/admin/login",
    "/healthz",
    "/apis",
    "/.env",
    "/.git/config",
    "/assets/missing.js",
    "/assets/",
    "/projects/seven",
    "/projects/0",
    "/projects/7/nothing",
    "/projects/7/data/x",
    "/projects//7",
    "//login",
    "/%6Cogin",
    "/projects/7%2Fdata",
    "/login/..%2f..%2fetc",
    "/LOGIN",
    "/index.php",
  ])("has nothing for %s", async (path) => {
    for (const method of ["GET", "HEAD", "POST", "DELETE"]) expect(await ask(path, { method })).toBeNull();
  });

  it.each([
    ["POST", "/"],
    ["POST", "/login"],
    ["PUT", "/projects/7"],
    ["DELETE", "/theme.js"],
    ["OPTIONS", "/projects"],
  ])("answers %s %s with 405 as JSON", async (method, path) => {
    const response = await ask(path, { method });
    expect([response?.status, response?.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect(await response?.json()).toEqual({ detail: `Method "${method}" not allowed.` });
  });
});
