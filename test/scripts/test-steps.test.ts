import { expect, it } from "vitest";
import { processorSeconds, runStep, stepTable } from "#scripts/test-steps.ts";

it("reads the processor time of a shell and its children in any locale's minutes", () => {
  expect(processorSeconds("0m0.01s 0m0.02s\n1m2.50s 0m3.25s\n")).toBeCloseTo(65.78);
});

it("measures the processor time of a program and of the process that it waited for", async () => {
  // Asking for the time is work of the system, so most of the work is counting.
  const count = "for (let n = 0; n < 1e6; n++);";
  const burn = `for (const end = process.cpuUsage().user + 300_000; process.cpuUsage().user < end; ) ${count}`;
  const both = `require("node:child_process").spawnSync(process.execPath, ["-e", ${JSON.stringify(burn)}]); ${burn}`;
  const { name, wall, cpu } = await runStep("burns twice", ["-e", both]);
  expect(name).toBe("burns twice");
  expect(cpu).toBeGreaterThan(0.55);
  expect(wall).toBeGreaterThan(0.55);
});

it("lists the steps by processor time, with their sum", () => {
  const steps = [
    { name: "Lint", wall: 3, cpu: 5 },
    { name: "Types", wall: 20, cpu: 30.04 },
  ];
  expect(stepTable(steps, 21)).toBe(
    [
      "Step                     seconds     CPU s",
      "Types                       20.0      30.0",
      "Lint                         3.0       5.0",
      "All, beside each other      21.0      35.0",
    ].join("\n"),
  );
});
