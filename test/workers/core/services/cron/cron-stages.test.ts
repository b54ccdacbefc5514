import { describe, expect, it } from "vitest";
import type { LogFields } from "#platform/json-logger.ts";
import { type CronStage, runStages } from "#services/cron/cron-stages.ts";

/** Effects without a time limit, and the log. */
function effects(sleep: () => Promise<void> = () => new Promise(() => undefined)) {
  const logged: [string, LogFields | undefined][] = [];
  const log = (event: string, fields?: LogFields) => logged.push([event, fields]);
  return { logged, sleep, logger: { info: log, warn: log, error: log } };
}

describe("the stages of the cron", () => {
  it("all run even if one throws, and each error is logged with its causes", async () => {
    const ran: string[] = [];
    const stage = (name: string, error?: Error): CronStage => ({
      name,
      run: async () => {
        ran.push(name);
        if (error) throw error;
      },
    });
    const { logged, ...rest } = effects();
    const gathered = new AggregateError([new Error("first"), new Error("second")], "two of three");
    await runStages(rest, [stage("a", new Error("broken")), stage("b"), stage("c", gathered), stage("d")]);
    expect(ran).toEqual(["a", "b", "c", "d"]);
    expect(logged).toMatchObject([
      ["cron_stage_failed", { stage: "a", error: { message: "broken" } }],
      ["cron_stage_failed", { stage: "c", error: { errors: [{ message: "first" }, { message: "second" }] } }],
    ]);
  });

  it("do not wait for one that hangs", async () => {
    let ran = false;
    const { logged, ...rest } = effects(async () => undefined);
    const hangs: CronStage = { name: "hangs", run: () => new Promise(() => undefined) };
    const last: CronStage = {
      name: "last",
      run: async () => {
        ran = true;
      },
    };
    await runStages(rest, [hangs, last]);
    expect(ran).toBe(true);
    expect(logged[0]).toMatchObject(["cron_stage_slow", { stage: "hangs" }]);
  });

  it("run one after another", async () => {
    const order: string[] = [];
    const slow = (name: string): CronStage => ({
      name,
      run: async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
      },
    });
    await runStages(effects(), [slow("a"), slow("b")]);
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  });
});
