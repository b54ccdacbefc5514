import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isDashboardPath } from "#contract/dashboard-paths.ts";
import { pagesOfRouter } from "../../web/vite-page-files.ts";

const ROUTER = readFileSync(new URL("../../web/app.tsx", import.meta.url), "utf8");

describe("the files that a page needs", () => {
  const pages = pagesOfRouter(ROUTER);
  const moduleOf = (path: string) => pages.find(({ form }) => new RegExp(form).test(path))?.module;

  it("are found by the page's address", () => {
    expect(moduleOf("/projects")).toBe("features/projects/project-list-page.tsx");
    expect(moduleOf("/projects/7")).toBe("features/projects/overview-page.tsx");
    expect(moduleOf("/projects/7/tuning/new")).toBe("features/tuning/new-job-page.tsx");
    expect(moduleOf("/projects/7/tuning/12")).toBe("features/tuning/job-page.tsx");
    for (const path of ["/login", "/projects/x", "/projects/7/tuning/0", "/projects/7/nowhere"])
      expect(moduleOf(path)).toBeUndefined();
  });

  it("are those of addresses that the dashboard has", () => {
    for (const { form } of pages) {
      const path = form.slice(1, -"\\/?$".length).replaceAll("[1-9]\\d*", "5").replaceAll("\\/", "/");
      expect(isDashboardPath(path)).toBe(true);
    }
  });

  it("cannot be left out for a page of a project", () => {
    const without = ROUTER.replace("path={PROJECT_PATHS.rules} component={RulesPage}", "");
    expect(() => pagesOfRouter(without)).toThrow("no page that is loaded for PROJECT_PATHS.rules");
  });
});
