import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "#scripts/build/root.ts";
import { failuresOf, type TestReport } from "#scripts/test-failures.ts";

const report = (testResults: TestReport["testResults"]): TestReport => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  testResults,
});
const file = join(ROOT, "test/shared/a.test.ts");

it("names each failed test with its file and what was expected", () => {
  const text = failuresOf(
    report([
      {
        name: file,
        status: "failed",
        message: "",
        assertionResults: [
          { fullName: "a list is empty", status: "passed", failureMessages: [] },
          { fullName: "a list has one item", status: "failed", failureMessages: ["expected 2 to be 1"] },
          { fullName: "a list is short", status: "failed", failureMessages: null },
        ],
      },
      { name: join(ROOT, "test/b.test.ts"), status: "passed", message: "", assertionResults: [] },
    ]),
  );
  expect(text).toBe(
    "test/shared/a.test.ts > a list has one item\nexpected 2 to be 1\n\ntest/shared/a.test.ts > a list is short\n",
  );
});

it("names a file that failed before its tests", () => {
  const message = "Cannot find module";
  const text = failuresOf(report([{ name: file, status: "failed", message, assertionResults: [] }]));
  expect(text).toBe("test/shared/a.test.ts\nCannot find module");
});

it("cuts long messages", () => {
  const message = Array.from({ length: 500 }, (_, line) => `line ${line}`).join("\n");
  const text = failuresOf(report([{ name: file, status: "failed", message, assertionResults: [] }]));
  expect(text.split("\n").length).toBeLessThan(30);
});
