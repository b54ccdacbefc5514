/**
 * A staged job on workers, a queue, a store and a coordinator that fail at random by a seed: messages are lost, doubled and late; workers are killed
 * between two operations, or fall silent and go on later; the coordinator is restarted in the middle of its effects. Time is a number.
 */
import { createRandom, type Random } from "#engine/random.ts";
import type { Millis } from "#jobs/leased-task.ts";
import type { StagedEffect, TaskRef } from "#jobs/staged-job.ts";
import type { Step } from "#jobs/step.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import { createWork } from "#trainer/work/work.ts";
import { GatedWorker } from "./gated-worker.ts";
import { type MemoryBucket, memoryBucket, type Objects } from "./memory-bucket.ts";

/** What a worker has. */
export interface WorkerWorld<Event, Reply> extends Pick<TrainerDeps, "work" | "store" | "files"> {
  readonly bucket: MemoryBucket;
  readonly job: { handle(event: Event): Promise<Reply> };
}

export interface FaultyCase<State, Event, Reply> {
  /** The job when it begins. */
  readonly begin: (now: Millis) => Step<State, StagedEffect, Reply>;
  /** Null: there is no such job. */
  readonly advance: (state: State, event: Event, now: Millis) => Step<State, StagedEffect, Reply> | null;
  readonly stageOf: (state: State) => number;
  readonly consume: (world: WorkerWorld<Event, Reply>, ref: TaskRef) => Promise<void>;
  /** Of the keys of what tasks write. */
  readonly prefix: string;
  /** Writes the outcome. */
  readonly settle: (state: State, objects: Objects) => void;
}

/** How often something fails, out of a thousand. */
export interface Faults {
  readonly lostMessages: number;
  readonly doubledMessages: number;
  /** For each operation of a worker. */
  readonly killedWorkers: number;
  readonly frozenWorkers: number;
  /** For each call of the job. */
  readonly restarts: number;
  /** A task fails for good when its worker dies three times; so no more than this many die. */
  readonly killsOfTask: number;
}

export const USUAL_FAULTS: Faults = {
  lostMessages: 100,
  doubledMessages: 150,
  killedWorkers: 10,
  frozenWorkers: 5,
  restarts: 20,
  killsOfTask: 2,
};

export const NO_FAULTS: Faults = {
  ...{ lostMessages: 0, doubledMessages: 0, killedWorkers: 0, frozenWorkers: 0, restarts: 0, killsOfTask: 0 },
};

export interface FaultyRun {
  readonly objects: Objects;
  /** After this many operations the job is cancelled. */
  readonly cancelAt?: number;
  readonly faults?: Faults;
  readonly seed: number;
}

const LATEST_MS = 20_000;
const FROZEN_MS = 120_000;
const ALARM_AGAIN_MS = 2_000;
const MOST_STEPS = 4_000_000;

interface Running {
  readonly worker: GatedWorker;
  readonly task: string;
  frozenUntil: Millis;
  /** Operations until it dies, of a worker that was silent. */
  stepsLeft: number;
}

interface Message extends TaskRef {
  readonly at: Millis;
}

/** What happened, for tests that want to know that something did. */
export interface FaultCounts {
  killed: number;
  frozen: number;
  restarts: number;
  lost: number;
  doubled: number;
  steps: number;
}

class CoordinatorRestarted extends Error {}

export class FaultyStages<State, Event extends { readonly type: string }, Reply> {
  readonly counts: FaultCounts = { killed: 0, frozen: 0, restarts: 0, lost: 0, doubled: 0, steps: 0 };
  state: State;
  readonly #case: FaultyCase<State, Event, Reply>;
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #run: FaultyRun;
  readonly #kills = new Map<string, number>();
  #now: Millis = 1_000_000;
  #alarmAt: Millis | null = null;
  #queue: Message[] = [];
  #running: Running[] = [];

  constructor(of: FaultyCase<State, Event, Reply>, run: FaultyRun) {
    this.#case = of;
    this.#run = run;
    this.#random = createRandom(run.seed);
    this.#faults = run.faults ?? USUAL_FAULTS;
    const { state, effects, alarmAt } = of.begin(this.#now);
    this.state = state;
    this.#alarmAt = alarmAt;
    for (const effect of effects) if (effect.type === "send-tasks") this.#send(effect.tasks);
  }

  /** Until nothing is left to happen. */
  async toEnd(): Promise<void> {
    const tell = (type: string) => async (worker: GatedWorker) => {
      await this.#dispatch({ type } as Event, () => worker.gate());
    };
    // The platform rings again where an alarm failed.
    const ring = (worker: GatedWorker) =>
      tell("alarm")(worker).catch((error: unknown) => {
        this.#alarmAt = Math.min(this.#alarmAt ?? Number.POSITIVE_INFINITY, this.#now + ALARM_AGAIN_MS);
        throw error;
      });
    for (;;) {
      if (++this.counts.steps > MOST_STEPS) throw new Error("The job does not end.");
      if (this.counts.steps === this.#run.cancelAt) this.#begin("cancel", tell("cancel"));
      if (this.#alarmAt !== null && this.#alarmAt <= this.#now) {
        this.#alarmAt = null;
        this.#begin("alarm", ring);
      }
      this.#deliver();
      const awake = this.#running.filter(({ frozenUntil }) => frozenUntil <= this.#now);
      const next = awake[this.#random.below(Math.max(1, awake.length))];
      if (next) await this.#step(next);
      else if (!this.#wait()) return;
    }
  }

  #begin(task: string, run: (worker: GatedWorker) => Promise<void>): void {
    this.#running.push({
      worker: new GatedWorker(run),
      task,
      frozenUntil: 0,
      stepsLeft: Number.POSITIVE_INFINITY,
    });
  }

  /** Delivers what is due, in any order. */
  #deliver(): void {
    const due = this.#queue.filter(({ at }) => at <= this.#now);
    this.#queue = this.#queue.filter(({ at }) => at > this.#now);
    for (const { stage, task } of due) {
      this.#begin(`${stage}/${task}`, (worker) => this.#case.consume(this.#worldOf(worker), { stage, task }));
    }
  }

  async #step(running: Running): Promise<void> {
    const { worker, task } = running;
    const remove = () => {
      this.#running = this.#running.filter((other) => other !== running);
    };
    const { killedWorkers, frozenWorkers, killsOfTask } = this.#faults;
    const kills = this.#kills.get(task) ?? 0;
    const isOfJob = !task.includes("/");
    if (!isOfJob && kills < killsOfTask) {
      if (this.#happens(killedWorkers)) {
        this.#kills.set(task, kills + 1);
        this.counts.killed++;
        return remove();
      }
      if (this.#happens(frozenWorkers)) {
        // Its claim ends: that counts as a failure, too.
        this.#kills.set(task, kills + 1);
        this.counts.frozen++;
        running.frozenUntil = this.#now + FROZEN_MS;
        if (this.#happens(500)) running.stepsLeft = this.#random.below(12);
        return;
      }
    }
    if (running.stepsLeft-- === 0) return remove();
    this.#now += this.#random.below(40);
    if ((await worker.step()) === "paused") return;
    remove();
    if (worker.error === null || worker.error instanceof CoordinatorRestarted) return;
    throw worker.error;
  }

  /** Until the next thing can happen; false when there is none. */
  #wait(): boolean {
    const times = [
      ...this.#queue.map(({ at }) => at),
      ...this.#running.map(({ frozenUntil }) => frozenUntil),
      ...(this.#alarmAt === null ? [] : [this.#alarmAt]),
    ];
    if (times.length === 0) return false;
    this.#now = Math.max(this.#now, Math.min(...times));
    return true;
  }

  #happens(ofThousand: number): boolean {
    return this.#random.below(1_000) < ofThousand;
  }

  #worldOf(worker: GatedWorker): WorkerWorld<Event, Reply> {
    const gate = () => worker.gate();
    const bucket = memoryBucket(this.#run.objects, gate);
    const effects = { now: () => this.#now, pause: gate };
    return {
      bucket,
      ...({ store: bucket, files: bucket } as unknown as Pick<TrainerDeps, "store" | "files">),
      work: (renew) => createWork({ ...effects, renew }),
      job: {
        handle: async (event) => {
          await gate();
          return this.#dispatch(JSON.parse(JSON.stringify(event)), gate);
        },
      },
    };
  }

  /** As `JobCoordinator` does. A restart loses the answer and the effects that are not done; what is saved stays. */
  async #dispatch(event: Event, gate: () => Promise<void>): Promise<Reply> {
    if (this.#happens(this.#faults.restarts)) this.#restart();
    const step = this.#case.advance(this.state, event, this.#now);
    if (!step) return { type: "nothing" } as Reply;
    this.state = JSON.parse(JSON.stringify(step.state));
    this.#alarmAt = step.alarmAt;
    for (const effect of step.effects) {
      await gate();
      if (this.#happens(this.#faults.restarts)) this.#restart();
      await this.#perform(effect, gate);
    }
    return step.reply;
  }

  #restart(): never {
    this.counts.restarts++;
    throw new CoordinatorRestarted();
  }

  async #perform(effect: StagedEffect, gate: () => Promise<void>): Promise<void> {
    switch (effect.type) {
      case "send-tasks":
        return this.#send(effect.tasks);
      case "progress":
        return;
      case "settle":
        this.#case.settle(this.state, this.#run.objects);
        await this.#dispatch({ type: "settled" } as Event, gate);
        return;
      default:
        for (const key of [...this.#run.objects.keys()]) {
          if (key.startsWith(this.#case.prefix)) this.#run.objects.delete(key);
        }
        await this.#dispatch({ type: "cleaned" } as Event, gate);
    }
  }

  #send(tasks: readonly number[]): void {
    const stage = this.#case.stageOf(this.state);
    const late = () => this.#now + this.#random.below(LATEST_MS);
    for (const task of tasks) {
      if (this.#happens(this.#faults.lostMessages)) {
        this.counts.lost++;
        continue;
      }
      this.#queue.push({ stage, task, at: late() });
      if (!this.#happens(this.#faults.doubledMessages)) continue;
      this.counts.doubled++;
      this.#queue.push({ stage, task, at: late() + this.#random.below(FROZEN_MS) });
    }
  }
}
