import { expect, it } from "vitest";
import { CHECK_OF_PAGE } from "../e2e/checked-pages.ts";
import { sourceFiles, textOf } from "./source-files.ts";

it("checks the pages of the dashboard for accessibility in a browser", () => {
  const source = sourceFiles("test/e2e/*.e2e.ts").map(textOf).join("\n");
  const done = new Set([...source.matchAll(/checkPage\(\w+, "([^"]+)"\)/g)].map(([, name]) => name));
  expect(Object.entries(CHECK_OF_PAGE).filter(([, check]) => !done.has(check))).toEqual([]);
  expect(new Set(Object.values(CHECK_OF_PAGE)).size).toBe(Object.keys(CHECK_OF_PAGE).length);
});
