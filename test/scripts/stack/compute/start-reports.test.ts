import { describe, expect, it } from "vitest";
import { StartReports } from "#scripts/stack/compute/start-reports.ts";

function world() {
  const said: string[] = [];
  return { said, reports: new StartReports((text) => said.push(text)) };
}

describe("StartReports", () => {
  it("says nothing of processes that start", () => {
    const { said, reports } = world();
    reports.started();
    reports.started();
    expect([said, reports.problem]).toEqual([[], null]);
  });

  it("says a reason once, and another one", () => {
    const { said, reports } = world();
    for (const reason of ["no memory", "no memory", "no such program"]) reports.failed(reason);
    expect(said).toHaveLength(2);
    expect(said[0]).toContain("jobs wait: no memory\n");
    expect(said[1]).toContain("jobs wait: no such program\n");
    expect(reports.problem).toBe("no such program");
  });

  it("says when a process starts again, and the same reason after that", () => {
    const { said, reports } = world();
    reports.failed("no memory");
    reports.started();
    expect(reports.problem).toBeNull();
    reports.failed("no memory");
    expect(said).toHaveLength(3);
    expect(said[1]).toContain("has started");
  });
});
