import { describe, expect, it } from "vitest";
import { isOwnSite, refuseCrossSite } from "#api/middleware/same-origin.ts";

const HERE = "https://edgewise.test/api/v1/auth/user/";
const request = (headers: Record<string, string>, url = HERE, method = "POST") =>
  new Request(url, { method, headers });

describe("isOwnSite", () => {
  it.each([
    ["nothing that a browser would send", {}],
    ["its own origin", { origin: "https://edgewise.test" }],
    ["a port that a proxy hides", { origin: "https://edgewise.test:8443" }],
    ["a browser that says so", { origin: "https://outside.test", "sec-fetch-site": "same-origin" }],
    ["an address typed by hand", { "sec-fetch-site": "none" }],
    ["an allowed origin", { origin: "https://shop.example:9000", "sec-fetch-site": "cross-site" }],
  ])("takes %s", (_, headers) => {
    expect(isOwnSite(request(headers), ["https://shop.example:9000"])).toBe(true);
  });

  it.each([
    ["another host", { origin: "https://evil.test" }],
    ["a subdomain", { origin: "https://www.edgewise.test" }],
    ["plain http", { origin: "http://edgewise.test" }],
    ["a page without origin", { origin: "null" }],
    ["nonsense", { origin: "edgewise.test" }],
    ["a browser that says so", { origin: "https://edgewise.test", "sec-fetch-site": "cross-site" }],
    [
      "another port, where the browser tells",
      { origin: "https://edgewise.test:1", "sec-fetch-site": "same-site" },
    ],
    ["another port of an allowed host", { origin: "https://shop.example" }],
    [
      "the forwarded host that anybody may write",
      { origin: "https://evil.test", "x-forwarded-host": "evil.test" },
    ],
  ])("treats %s as foreign", (_, headers) => {
    expect(isOwnSite(request(headers), ["https://shop.example:9000"])).toBe(false);
  });

  it("takes a page on https where a proxy ends the encryption", () => {
    const headers = { origin: "https://edgewise.test" };
    expect(isOwnSite(request(headers, "http://edgewise.test:8787/ws/job/1/status"), [])).toBe(true);
  });
});

describe("refuseCrossSite", () => {
  it("lets reads pass and refuses changes", () => {
    const headers = { origin: "null" };
    expect(() => refuseCrossSite(request(headers, HERE, "GET"), [])).not.toThrow();
    expect(() => refuseCrossSite(request(headers), [])).toThrow("CSRF");
  });
});
