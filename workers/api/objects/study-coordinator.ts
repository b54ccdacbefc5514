import { CLOSE_FORBIDDEN, CLOSE_UNAUTHENTICATED } from "#contract/socket.ts";
import type { TrialResponse } from "#contract/tuning-job.ts";
import { openDatabase } from "#db/database.ts";
import { advanceStudy } from "#jobs/advance-study.ts";
import type { Millis } from "#jobs/leased-task.ts";
import type { FinalMessage, TrialMessage } from "#jobs/messages.ts";
import type { Study, StudyEffect, StudyEvent, StudyReply, Trial } from "#jobs/study-job.ts";
import { toTrialResponse } from "#jobs/study-job.ts";
import { systemClock } from "#platform/clock.ts";
import { markStudy, settleStudy } from "#services/studies.ts";
import { studyPolicy } from "#services/study-policy.ts";
import { recordTaskLog } from "#services/task-logs.ts";
import type { ApiBindings } from "../bindings.ts";
import { JobCoordinator } from "./job-coordinator.ts";
import { startTraining } from "./start-training.ts";
import { type Channel, type LogLine, StudySockets } from "./study-sockets.ts";

/** A study keeps at most this many log lines for those who connect later, as Recotem replays. */
const REPLAYED_LOG_LINES = 500;

/** Lines go to the database by so many, and all of them at the end; sockets have each at once. */
const LOG_FLUSH_LINES = 10;

/** One tuning study: its trials, its log, and the sockets of those who watch. */
export class StudyCoordinator extends JobCoordinator<Study, StudyEvent, StudyEffect, StudyReply> {
  readonly #sockets: StudySockets;

  constructor(ctx: DurableObjectState, env: ApiBindings) {
    super(ctx, env);
    this.#sockets = new StudySockets(ctx);
  }

  protected override createTables(): void {
    super.createTables();
    this.sql.exec("CREATE TABLE IF NOT EXISTS trial (number INTEGER PRIMARY KEY, value TEXT NOT NULL)");
    this.sql.exec(
      "CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, message TEXT NOT NULL)",
    );
  }

  override async forget(): Promise<void> {
    await super.forget();
    this.#sockets.closeAll(CLOSE_FORBIDDEN, "The job was deleted.");
  }

  trials(): TrialResponse[] {
    return (this.current()?.trials ?? []).map(toTrialResponse);
  }

  /** Those who watch have lost their right to. */
  closeSockets(): void {
    this.#sockets.closeAll(CLOSE_UNAUTHENTICATED, "Log in again.");
  }

  /** Opens a socket. The caller has checked who asks; `status` is the job's in the database, for a study that never began here. */
  override async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const channel: Channel = url.pathname.endsWith("/logs") ? "logs" : "status";
    return this.#sockets.open(channel, url.searchParams.get("trials") === "1", {
      status: url.searchParams.get("status") ?? "pending",
      bestScore: bestScoreOf(this.current()),
      trials: this.trials(),
      log: this.#readLog(),
    });
  }

  override webSocketMessage(): void {
    // Clients may answer pings; nothing that they send changes anything.
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    // 1005 and 1006 report a missing code and must not be sent back.
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }

  protected override advance(study: Study | null, event: StudyEvent, now: Millis) {
    return advanceStudy(study, event, now, studyPolicy);
  }

  protected override load(): Study | null {
    const study = this.readRow("study") as Omit<Study, "trials"> | null;
    if (!study) return null;
    const rows = this.sql.exec<{ value: string }>("SELECT value FROM trial ORDER BY number").toArray();
    return {
      ...study,
      pausedAt: study.pausedAt ?? null,
      trials: rows.map((row) => JSON.parse(row.value) as Trial),
    };
  }

  /** Writes only the trials that changed: the machine shares what it does not touch. */
  protected override save(study: Study, previous: Study | null): void {
    const { trials, ...rest } = study;
    this.writeRow("study", rest);
    const before = new Set(previous?.trials);
    for (const trial of trials) {
      if (before.has(trial)) continue;
      this.sql.exec(
        "INSERT OR REPLACE INTO trial (number, value) VALUES (?, ?)",
        trial.number,
        JSON.stringify(trial),
      );
    }
    if (trials.length < (previous?.trials.length ?? 0)) this.#deleteTrialsOutside(trials);
  }

  protected override watch(study: Study, previous: Study | null, effects: readonly StudyEffect[]): void {
    const before = new Set(previous?.trials);
    for (const trial of study.trials) {
      if (!before.has(trial)) this.#sockets.sendTrial(toTrialResponse(trial));
    }
    for (const effect of effects) if (effect.type === "log") this.#appendLog(effect.message);
  }

  protected override async run(effect: StudyEffect, study: Study): Promise<void> {
    const { jobId } = study.spec;
    switch (effect.type) {
      case "send-trial": {
        const message: TrialMessage = { v: 1, kind: "trial", jobId, trial: effect.trial };
        await this.env.TRIALS_QUEUE.send(message);
        return;
      }
      case "send-final": {
        const message: FinalMessage = { v: 1, kind: "final", jobId };
        await this.env.TRIALS_QUEUE.send(message);
        return;
      }
      case "begun":
      case "resumed":
        await markStudy(this.#deps(), study);
        this.#sockets.sendStatus("running", {});
        return;
      case "paused":
        await markStudy(this.#deps(), study);
        this.#sockets.sendStatus("paused", {});
        return;
      case "restate":
        return markStudy(this.#deps(), study);
      case "settle":
        return this.#settle(study);
      case "log":
        return this.#storeLog(jobId, LOG_FLUSH_LINES);
    }
  }

  /** Copies to the database what it does not have of the log, if that is at least so many lines. */
  async #storeLog(jobId: number, atLeast: number): Promise<void> {
    const stored = (this.readRow("log-stored") as number | null) ?? 0;
    const lines = this.sql
      .exec<{ seq: number; at: number; message: string }>(
        "SELECT seq, at, message FROM log WHERE seq > ? ORDER BY seq",
        stored,
      )
      .toArray();
    const last = lines.at(-1);
    if (!last || lines.length < atLeast) return;
    const rows = lines.map(({ seq, at, message }) => ({ lineNumber: seq, at, contents: message }));
    await recordTaskLog(this.#deps(), { kind: "tuning_job", id: jobId }, rows);
    this.writeRow("log-stored", last.seq);
  }

  async #settle(study: Study): Promise<void> {
    await this.#storeLog(study.spec.jobId, 1);
    const modelId = await settleStudy(this.#deps(), study);
    if (modelId !== null) await startTraining(this.env, modelId);
    await this.dispatch({ type: "settled" });
    if (study.phase === "completed") {
      this.#sockets.sendStatus("completed", { best_score: bestScoreOf(study) });
    } else if (study.phase === "cancelled") {
      this.#sockets.sendStatus("cancelled", {});
    } else {
      this.#sockets.sendStatus("error", { error: study.error });
    }
  }

  #appendLog(message: string): void {
    const at = Date.now();
    this.sql.exec("INSERT INTO log (at, message) VALUES (?, ?)", at, message);
    this.#sockets.sendLog({ at, message });
  }

  #readLog(): LogLine[] {
    return this.sql
      .exec<{ at: number; message: string }>(
        "SELECT at, message FROM log ORDER BY seq LIMIT ?",
        REPLAYED_LOG_LINES,
      )
      .toArray();
  }

  #deleteTrialsOutside(trials: readonly Trial[]): void {
    const kept = new Set(trials.map((trial) => trial.number));
    const stored = this.sql.exec<{ number: number }>("SELECT number FROM trial").toArray();
    for (const { number } of stored) {
      if (!kept.has(number)) this.sql.exec("DELETE FROM trial WHERE number = ?", number);
    }
  }

  #deps() {
    return { db: openDatabase(this.env.DB), clock: systemClock };
  }
}

function bestScoreOf(study: Study | null): number | null {
  const values = (study?.trials ?? []).flatMap(({ outcome }) =>
    outcome?.state === "COMPLETE" ? [outcome.value] : [],
  );
  return values.length > 0 ? Math.max(...values) : null;
}
