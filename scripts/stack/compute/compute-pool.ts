/**
 * The compute processes of a stack: started when a message finds none free, up to a number, and ended when they have had no message for a
 * while, so that their memory goes back. A process works on one message at a time, so that each has the memory of an isolate to itself.
 */

export interface ComputeProcess {
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<void>;
  /** Does the work of a message. Resolves with what went wrong, or null; rejects when the process is gone. */
  work(message: string): Promise<string | null>;
  end(): void;
}

export interface PoolEffects {
  /**
   * Starts a process.
   *
   * @param place From 0; no other process that lives has it.
   */
  start(place: number): Promise<ComputeProcess>;
  /** Calls back after a time, unless it is called off. */
  after(ms: number, callBack: () => void): { callOff(): void };
}

export interface PoolOptions {
  readonly mostProcesses: number;
  /** A process without a message for this long ends, milliseconds. */
  readonly idleMs: number;
}

interface Idle {
  readonly place: number;
  readonly process: ComputeProcess;
  readonly timer: { callOff(): void };
}

export class ComputePool {
  readonly #options: PoolOptions;
  readonly #effects: PoolEffects;
  /** Those that live or start. */
  readonly #places = new Set<number>();
  /** The one used last at the end. */
  readonly #idle: Idle[] = [];
  readonly #working = new Set<ComputeProcess>();
  /** Messages that wait for a process, the first first. */
  readonly #waiting: (() => void)[] = [];
  #round = 0;

  constructor(options: PoolOptions, effects: PoolEffects) {
    this.#options = options;
    this.#effects = effects;
  }

  /** Does the work of a message when its turn comes. Rejects when its process dies or does not start, or answers with an error. */
  async run(message: string): Promise<void> {
    const { place, process } = await this.#take();
    this.#working.add(process);
    const problem = await this.#work(process, message);
    this.#giveBack(place, process);
    if (problem !== null) throw new Error(problem);
  }

  async #work(process: ComputeProcess, message: string): Promise<string | null> {
    try {
      return await process.work(message);
    } catch (error) {
      // No other message may come to it.
      process.end();
      await process.ended;
      throw error;
    } finally {
      this.#working.delete(process);
    }
  }

  /** Ends all processes; what they work on fails. Later messages start new ones. */
  end(): void {
    this.#round++;
    for (const { timer, process } of this.#idle.splice(0)) {
      timer.callOff();
      process.end();
    }
    for (const process of this.#working) process.end();
  }

  /** A free process: the one used last, which has its data loaded. */
  async #take(): Promise<{ readonly place: number; readonly process: ComputeProcess }> {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle) {
        idle.timer.callOff();
        return idle;
      }
      const place = this.#freePlace();
      if (place !== null) return this.#start(place);
      await new Promise<void>((done) => this.#waiting.push(done));
    }
  }

  #freePlace(): number | null {
    for (let place = 0; place < this.#options.mostProcesses; place++)
      if (!this.#places.has(place)) return place;
    return null;
  }

  async #start(place: number): Promise<{ readonly place: number; readonly process: ComputeProcess }> {
    this.#places.add(place);
    const round = this.#round;
    try {
      const process = await this.#effects.start(place);
      process.ended.then(() => this.#forget(place, process));
      if (round !== this.#round) process.end();
      return { place, process };
    } catch (error) {
      this.#leave(place);
      throw error;
    }
  }

  #giveBack(place: number, process: ComputeProcess): void {
    const timer = this.#effects.after(this.#options.idleMs, () => process.end());
    this.#idle.push({ place, process, timer });
    this.#waiting.shift()?.();
  }

  #forget(place: number, process: ComputeProcess): void {
    const at = this.#idle.findIndex((idle) => idle.process === process);
    if (at >= 0) this.#idle.splice(at, 1)[0]?.timer.callOff();
    this.#leave(place);
  }

  #leave(place: number): void {
    this.#places.delete(place);
    this.#waiting.shift()?.();
  }
}
