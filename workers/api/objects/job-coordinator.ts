import { DurableObject } from "cloudflare:workers";
import type { Millis } from "#jobs/leased-task.ts";
import type { Step } from "#jobs/step.ts";
import { type Composition, compositionOf } from "../composition/composition.ts";
import type { ApiDeps } from "../composition/deps.ts";
import type { ApiBindings } from "../env/bindings.ts";
import { JobAlarm } from "./job-alarm.ts";

const NOTHING = { type: "nothing" } as const;

/**
 * The shell around a pure job: loads, advances, saves, runs the effects, sets the alarm. It decides nothing itself.
 *
 * The state is saved before its effects run, and names the open ones (an unclaimed message, an outcome that is not settled). So
 * an effect that fails here is logged and derived again by the alarm.
 */
export abstract class JobCoordinator<
  State,
  Event extends { readonly type: string },
  Effect extends { readonly type: string },
  Reply,
> extends DurableObject<ApiBindings> {
  #state: State | null | undefined;
  readonly #alarm: JobAlarm;

  protected abstract advance(
    state: State | null,
    event: Event,
    now: Millis,
  ): Step<State, Effect, Reply> | null;
  protected abstract run(effect: Effect, state: State): Promise<void>;
  protected abstract load(): State | null;
  protected abstract save(state: State, previous: State | null): void;
  /** For watchers: called after a change is saved, before its effects. */
  protected watch(_state: State, _previous: State | null, _effects: readonly Effect[]): void {}

  protected readonly sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: ApiBindings) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.#alarm = new JobAlarm(ctx.storage);
    this.createTables();
  }

  /** May be called again. */
  protected createTables(): void {
    this.sql.exec("CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL)");
  }

  protected get deps(): ApiDeps {
    return compositionOf(this.env).deps;
  }

  protected get queues(): Composition["queues"] {
    return compositionOf(this.env).queues;
  }

  /** Erases everything. A worker that still works for this job learns that its claim is void. */
  async forget(): Promise<void> {
    await this.#alarm.set(null);
    await this.ctx.storage.deleteAll();
    this.#state = null;
  }

  /** One event in, one answer out; called by the trainer and the control plane. */
  async handle(event: Event): Promise<Reply | typeof NOTHING> {
    return this.dispatch(event);
  }

  override async alarm(): Promise<void> {
    if (await this.#alarm.ring(Date.now())) await this.dispatch({ type: "alarm" } as Event);
  }

  protected current(): State | null {
    if (this.#state === undefined) this.#state = this.load();
    return this.#state;
  }

  protected async dispatch(event: Event): Promise<Reply | typeof NOTHING> {
    const previous = this.current();
    const step = this.advance(previous, event, Date.now());
    if (!step) return NOTHING;
    if (step.state !== previous) {
      this.#state = step.state;
      if (previous === null) this.createTables();
      this.ctx.storage.transactionSync(() => this.save(step.state, previous));
    }
    await this.#alarm.set(step.alarmAt);
    this.watch(step.state, previous, step.effects);
    for (const effect of step.effects) await this.#attempt(effect, step.state);
    return step.reply;
  }

  async #attempt(effect: Effect, state: State): Promise<void> {
    try {
      await this.run(effect, state);
    } catch (error) {
      const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
      console.error(JSON.stringify({ level: "error", event: "effect_failed", effect: effect.type, cause }));
    }
  }

  protected readRow(key: string): unknown {
    const rows = this.sql.exec<{ value: string }>("SELECT value FROM state WHERE key = ?", key).toArray();
    return rows[0] ? JSON.parse(rows[0].value) : null;
  }

  protected writeRow(key: string, value: unknown): void {
    this.sql.exec("INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)", key, JSON.stringify(value));
  }
}
