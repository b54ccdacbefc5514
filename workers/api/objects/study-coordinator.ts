import { CLOSE_FORBIDDEN, CLOSE_UNAUTHENTICATED } from "#contract/socket.ts";
import type { TrialResponse } from "#contract/tuning-job.ts";
import { advanceStudy } from "#jobs/advance-study.ts";
import type { SocketSessions } from "#jobs/jobs.ts";
import type { Millis } from "#jobs/leased-task.ts";
import type { MeasuringTaskMessage, StudyWorkMessage, TrialMessage } from "#jobs/messages.ts";
import { restoreStudy } from "#jobs/restore-study.ts";
import {
  changedTrials,
  lacksConfiguration,
  type Study,
  type StudyEffect,
  type StudyEvent,
  type StudyReply,
  type StudySpec,
  type Trial,
  toTrialResponse,
  winnerOf,
} from "#jobs/study-job.ts";
import { jobsOf, type MeasuredPart } from "#jobs/study-measuring.ts";
import { OVER } from "#jobs/study-steps.ts";
import type { StoredPart } from "#jobs/study-work.ts";
import { systemClock } from "#platform/clock.ts";
import { inPieces } from "#platform/in-pieces.ts";
import { recordTaskLog } from "#services/accounts/task-logs.ts";
import { settleFailure } from "#services/tuning/settle-failure.ts";
import { markStudy } from "#services/tuning/studies.ts";
import { settleStudy } from "#services/tuning/study-outcome.ts";
import { StudyChooser } from "#services/tuning/study-policy.ts";
import { deleteObjects, deletePrefix } from "#storage/delete-objects.ts";
import { measuringPrefix, studyPrefix } from "#storage/keys.ts";
import type { ApiBindings } from "../env/bindings.ts";
import { JobCoordinator } from "./job-coordinator.ts";
import { StudyLog } from "./study-log.ts";
import { type Channel, StudySockets } from "./study-sockets.ts";

/** Lines are written to the database in batches of this size, and all of them at the end; sockets get each at once. */
const LOG_FLUSH_LINES = 10;

/** One tuning study: its trials, its log, and the sockets of its watchers. */
export class StudyCoordinator extends JobCoordinator<Study, StudyEvent, StudyEffect, StudyReply> {
  readonly #sockets: StudySockets;
  readonly #log: StudyLog;
  #chooser = new StudyChooser();
  /** The last claim: each one waits for those before it. */
  #claims: Promise<unknown> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: ApiBindings) {
    super(ctx, env);
    this.#log = new StudyLog(this.sql);
    this.#sockets = new StudySockets(ctx, this.#log);
  }

  protected override createTables(): void {
    super.createTables();
    this.sql.exec("CREATE TABLE IF NOT EXISTS trial (number INTEGER PRIMARY KEY, value TEXT NOT NULL)");
    StudyLog.createTable(this.sql);
  }

  override async handle(event: StudyEvent): Promise<StudyReply> {
    if (event.type === "claim-trial") return this.#claim(event);
    const isGone = this.current() === null && "claim" in event;
    return isGone ? OVER : this.dispatch(event);
  }

  /** Also what the tasks of a measurement wrote. Workers that still work for it delete what they write later. */
  override async forget(): Promise<void> {
    const study = this.current();
    await super.forget();
    for (const { spec } of jobsOf(study?.measurings)) await this.#cleanMeasuring(spec, spec.part);
    this.#chooser = new StudyChooser();
    this.#sockets.closeAll(CLOSE_FORBIDDEN, "The job was deleted.");
  }

  trials(): TrialResponse[] {
    return (this.current()?.trials ?? []).map(toTrialResponse);
  }

  /** Watchers, or some of them, have lost the permission. */
  closeSockets(sessions?: SocketSessions): void {
    this.#sockets.closeAll(CLOSE_UNAUTHENTICATED, "Log in again.", sessions);
  }

  /** Opens a socket for a checked caller; `status` is the job's in the database, for a study that never began here. */
  override async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const channel: Channel = url.pathname.endsWith("/logs") ? "logs" : "status";
    const asked = {
      trials: url.searchParams.get("trials"),
      lines: url.searchParams.get("lines"),
      session: url.searchParams.get("session") ?? "",
    };
    return this.#sockets.open(channel, asked, {
      status: url.searchParams.get("status") ?? "pending",
      bestScore: bestScoreOf(this.current()),
      trials: () => this.trials(),
    });
  }

  /** Clients answer pings and ask for more of the log; their messages change nothing. */
  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    this.#sockets.hear(socket, message);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    // Codes 1005 and 1006 report a missing code and must not be sent back.
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }

  protected override advance(study: Study | null, event: StudyEvent, now: Millis) {
    return advanceStudy(study, event, now, this.#chooser);
  }

  /**
   * Chooses before the claim is processed, in pieces, so that other events are processed meanwhile. One claim comes after another,
   * so that each choice knows the earlier ones.
   */
  async #claim(event: StudyEvent & { readonly type: "claim-trial" }): Promise<StudyReply> {
    const heard = this.#claims.then(async () => {
      const study = this.current();
      if (study && lacksConfiguration(study, event.trial)) {
        await inPieces(this.#chooser.prepare(study, event.trial), {
          now: systemClock,
          pause: () => scheduler.wait(0),
        });
      }
      return { reply: this.dispatch(event) };
    });
    this.#claims = heard.catch(() => undefined);
    return (await heard).reply;
  }

  protected override load(): Study | null {
    const study = this.readRow("study");
    if (!study) return null;
    const rows = this.sql.exec<{ value: string }>("SELECT value FROM trial ORDER BY number").toArray();
    const trials = rows.map((row) => JSON.parse(row.value) as Trial);
    return restoreStudy(study, trials, systemClock());
  }

  /** Writes only the changes. */
  protected override save(study: Study, previous: Study | null): void {
    const { trials, ...rest } = study;
    if (!previous || hasChanged(rest, previous)) this.writeRow("study", rest);
    const before = previous?.trials ?? [];
    for (const trial of changedTrials(trials, before)) {
      this.sql.exec(
        "INSERT OR REPLACE INTO trial (number, value) VALUES (?, ?)",
        trial.number,
        JSON.stringify(trial),
      );
    }
    if (trials.length < before.length) this.#deleteTrialsOutside(trials);
  }

  protected override watch(study: Study, previous: Study | null, effects: readonly StudyEffect[]): void {
    for (const trial of changedTrials(study.trials, previous?.trials ?? [])) {
      this.#sockets.sendTrial(() => toTrialResponse(trial));
    }
    for (const effect of effects) {
      if (effect.type === "log") this.#sockets.sendLog(this.#log.append(effect.message, Date.now()));
    }
  }

  protected override async run(effect: StudyEffect, study: Study): Promise<void> {
    const { jobId } = study.spec;
    switch (effect.type) {
      case "send-trial": {
        const message: TrialMessage = { v: 1, kind: "trial", jobId, trial: effect.trial };
        await this.queues.trials.send(message);
        return;
      }
      case "send-work": {
        const message: StudyWorkMessage = { v: 1, jobId, ...effect.work };
        await this.queues.trials.send(message);
        return;
      }
      case "send-measuring": {
        const { part, stage, tasks } = effect;
        const message = { v: 1, kind: "measuring-task", jobId, part, stage } as const;
        const send = (task: number) =>
          this.queues.training.send({ ...message, task } satisfies MeasuringTaskMessage);
        await Promise.all(tasks.map(send));
        return;
      }
      case "clean-measuring":
        await this.#cleanMeasuring(study.spec, effect.part);
        await this.dispatch({ type: "measuring", part: effect.part, event: { type: "cleaned" } });
        return;
      case "begun":
      case "resumed":
        await this.#mark(study);
        this.#sockets.sendStatus("running", {});
        return;
      case "paused":
        await this.#mark(study);
        this.#sockets.sendStatus("paused", {});
        return;
      case "restate":
        return this.#mark(study);
      case "settle":
        return this.#settle(study);
      case "forget-parts":
        return this.#deleteParts(effect.parts);
      case "log":
        return this.#storeLog(jobId, LOG_FLUSH_LINES);
    }
  }

  /** Ends the study if its job was cancelled or deleted outside of it. */
  async #mark(study: Study): Promise<void> {
    if (!(await markStudy(this.deps, study))) await this.dispatch({ type: "cancel" });
  }

  /** Copies new lines of the log to the database, if there are at least this many. */
  async #storeLog(jobId: number, atLeast: number): Promise<void> {
    const stored = (this.readRow("log-stored") as number | null) ?? 0;
    const lines = this.#log.after(stored);
    const last = lines.at(-1);
    if (!last || lines.length < atLeast) return;
    const rows = lines.map(({ line, at, message }) => ({ lineNumber: line, at, contents: message }));
    await recordTaskLog(this.deps, { kind: "tuning_job", id: jobId }, rows);
    this.writeRow("log-stored", last.line);
  }

  async #store(study: Study): Promise<void> {
    try {
      await this.#storeLog(study.spec.jobId, 1);
      const modelId = await settleStudy(this.deps, study);
      if (modelId !== null) await this.deps.jobs.train(modelId);
    } catch (error) {
      await this.dispatch(settleFailure(error));
      throw error;
    }
  }

  async #settle(study: Study): Promise<void> {
    await this.#store(study);
    const { projectId, jobId } = study.spec;
    await deletePrefix(this.deps.store, studyPrefix(projectId, jobId));
    await this.dispatch({ type: "settled", phase: study.phase });
    if (study.phase === "completed") {
      this.#sockets.sendStatus("completed", { best_score: bestScoreOf(study) });
    } else if (study.phase === "cancelled") {
      this.#sockets.sendStatus("cancelled", {});
    } else {
      this.#sockets.sendStatus("error", { error: study.error });
    }
  }

  #cleanMeasuring(
    { projectId, jobId }: Pick<StudySpec, "projectId" | "jobId">,
    part: MeasuredPart,
  ): Promise<void> {
    return deletePrefix(this.deps.store, measuringPrefix(projectId, jobId, part));
  }

  #deleteParts(parts: readonly StoredPart[]): Promise<void> {
    return deleteObjects(
      this.deps.store,
      parts.map(({ key }) => key),
    );
  }

  #deleteTrialsOutside(trials: readonly Trial[]): void {
    const kept = new Set(trials.map((trial) => trial.number));
    const stored = this.sql.exec<{ number: number }>("SELECT number FROM trial").toArray();
    for (const { number } of stored) {
      if (!kept.has(number)) this.sql.exec("DELETE FROM trial WHERE number = ?", number);
    }
  }
}

function hasChanged(rest: Omit<Study, "trials">, previous: Study): boolean {
  return (Object.keys(rest) as (keyof typeof rest)[]).some((key) => rest[key] !== previous[key]);
}

function bestScoreOf(study: Study | null): number | null {
  return (study && winnerOf(study)?.value) ?? null;
}
