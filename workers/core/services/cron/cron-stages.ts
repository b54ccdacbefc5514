import { describeError, type Logger } from "#platform/json-logger.ts";

/** One task of the cron in each minute. It does a bounded part of its work, and finds the rest at the next run. */
export interface CronStage {
  /** For the log. */
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

export interface CronEffects {
  readonly logger: Logger;
  readonly sleep: (ms: number) => Promise<void>;
}

/** The longest time that the next stage waits for one before it. Most stages take less than a second. */
export const STAGE_PATIENCE_MS = 60_000;

/**
 * Runs all stages, one after another. A stage that throws, or takes too long, is logged and does not stop the others. At the next
 * run each finds its remaining work in the stores.
 */
export async function runStages(effects: CronEffects, stages: readonly CronStage[]): Promise<void> {
  for (const stage of stages) {
    const isSlow = await Promise.race([
      runStage(effects, stage).then(() => false),
      effects.sleep(STAGE_PATIENCE_MS).then(() => true),
    ]);
    if (isSlow) effects.logger.warn("cron_stage_slow", { stage: stage.name, waited_ms: STAGE_PATIENCE_MS });
  }
}

async function runStage({ logger }: CronEffects, { name, run }: CronStage): Promise<void> {
  try {
    await run();
  } catch (error) {
    logger.error("cron_stage_failed", { stage: name, error: describeError(error) });
  }
}
