/**
 * Events sent while the stack is killed at random, and what is stored of them: segments, training data, a model and counts, each compared with
 * the sender's own ledger.
 */
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { EventsResponse } from "#contract/event.ts";
import type { ModelConfigurationResponse, ProfileResponse, TrainedModelResponse } from "#contract/model.ts";
import type { RecommendResponse } from "#contract/recommend.ts";
import type { TrainingDataResponse } from "#contract/training-data.ts";
import { tarEntries } from "#storage/tar.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { createWorld, type World } from "./api-world.ts";
import { EventLedger, LEDGER_ITEMS } from "./event-ledger.ts";
import { makeRandom } from "./random.ts";

export interface FaultRun {
  readonly events: number;
  readonly kills: number;
  readonly seed: number;
  readonly batch: number;
  /** Calls a second beyond which an event object gives shards away: few, so that they move between the kills. */
  readonly growAt: number;
  readonly say: (text: string) => void;
}

/** Every number but the first three is 0 if no event was lost and none counted twice. */
export interface FaultResult {
  readonly retries: number;
  readonly segments: number;
  readonly seconds: number;
  readonly duplicatesMissing: number;
  readonly segmentsLost: number;
  readonly segmentsTwice: number;
  readonly segmentsUnknown: number;
  readonly rowsOff: number;
  readonly usersOff: number;
  readonly interactionsOff: number;
  readonly pairsOff: number;
  readonly modelItemsOff: number;
  readonly countedItemsOff: number;
}

const SENDERS = 8;
const MAX_DELAY_MS = 1_500;

/** Starts a stack of its own and removes it. */
export async function runEventFaults(run: FaultRun): Promise<FaultResult> {
  const faults = new EventFaults(run);
  await faults.start();
  try {
    await faults.sendAll();
    return await faults.compare();
  } finally {
    await faults.end();
  }
}

class EventFaults {
  readonly #run: FaultRun;
  readonly #ledger: EventLedger;
  readonly #random: () => number;
  #stack!: TestStack;
  #world!: World;
  #key = "";
  #next = 0;
  #retries = 0;
  #seconds = 0;

  constructor(run: FaultRun) {
    this.#run = run;
    this.#ledger = new EventLedger(run.events);
    this.#random = makeRandom(run.seed);
  }

  get #settings() {
    return { EDGEWISE_EVENT_OBJECT_CALLS: String(this.#run.growAt) };
  }

  async start(): Promise<void> {
    this.#stack = await startTestStack({ settings: this.#settings });
    this.#world = await createWorld(this.#stack.url);
    const body = { project: this.#world.project.id, name: "sender", scopes: ["events", "predict"] };
    this.#key = (await this.#world.client.post<ApiKeyCreatedResponse>("api_keys/", body)).key;
  }

  async end(): Promise<void> {
    await this.#stack.stop();
    removeState(this.#stack.stateDir);
  }

  async sendAll(): Promise<void> {
    const { events, kills, say } = this.#run;
    const startedAt = performance.now();
    const sender = async () => {
      while (this.#next < events) await this.#send(this.#take());
    };
    const senders = Promise.all(Array.from({ length: SENDERS }, sender));
    const goals = Array.from({ length: kills }, () => this.#random() * events * 0.95).sort((a, b) => a - b);
    for (const [kill, goal] of goals.entries()) {
      await Promise.race([
        senders,
        waitFor(
          async () => this.#ledger.size,
          (size) => size >= goal,
        ),
      ]);
      await this.#kill(kill);
      say(`kill ${kill + 1} of ${kills} after ${this.#ledger.size} events`);
    }
    await senders;
    this.#seconds = (performance.now() - startedAt) / 1000;
  }

  /** The numbers of the next batch. */
  #take(): readonly number[] {
    const from = this.#next;
    this.#next = Math.min(this.#run.events, from + this.#run.batch);
    return Array.from({ length: this.#next - from }, (_, at) => from + at);
  }

  /** Sends a batch until it is answered, with the same ids. */
  async #send(numbers: readonly number[]): Promise<void> {
    const events = numbers.map((number) => this.#ledger.event(number));
    for (;;) {
      const answer = await this.#post(events);
      if (answer) {
        if (answer.accepted + answer.duplicates !== events.length) throw new Error(JSON.stringify(answer));
        break;
      }
      this.#retries++;
      const health = async () => (await fetch(`${this.#stack.url}/inference/health`).catch(() => null))?.ok;
      await waitFor(health, (isUp) => isUp === true);
    }
    for (const number of numbers) this.#ledger.note(number);
  }

  /** Null without an answer: a kill shows as that, or as an answer that is cut off. A stack that is up answers 200. */
  async #post(events: readonly object[]): Promise<EventsResponse | null> {
    try {
      const response = await fetch(`${this.#stack.url}/v1/events`, {
        method: "POST",
        headers: { "X-API-Key": this.#key, "Content-Type": "application/json" },
        body: JSON.stringify(events),
      });
      if (response.status === 200) return (await response.json()) as EventsResponse;
      throw new Error(`Status ${response.status}: ${await response.text()}`);
    } catch (error) {
      if (error instanceof TypeError || error instanceof SyntaxError) return null;
      throw error;
    }
  }

  /** Every second kill comes while segments are being written. */
  async #kill(kill: number): Promise<void> {
    if (kill % 2 === 1) void this.#world.client.post(this.#eventDataPath, {}).catch(() => null);
    await new Promise((wake) => setTimeout(wake, this.#random() * MAX_DELAY_MS));
    await this.#stack.kill();
    const { stateDir, port } = this.#stack;
    this.#stack = await startTestStack({ settings: this.#settings, stateDir, port });
  }

  get #eventDataPath(): string {
    return `project/${this.#world.project.id}/event_data/`;
  }

  async compare(): Promise<FaultResult> {
    const { say } = this.#run;
    const { client } = this.#world;
    const countedItemsOff = await this.#countedItemsOff();
    const made = await client.post<TrainingDataResponse>(this.#eventDataPath, {});
    const data = await waitFor(
      () => client.get<TrainingDataResponse>(`training_data/${made.id}/`),
      ({ status }) => status === "READY" || status === "FAILED",
    );
    if (data.error !== null || data.report === null) throw new Error(`The data failed: ${data.error}`);
    const { accepted_rows, rejected_rows, users, interactions } = data.report;
    say(`training data: ${accepted_rows} rows, ${users} users, ${interactions} interactions`);
    const segments = await this.#compareSegments();
    return {
      retries: this.#retries,
      seconds: this.#seconds,
      duplicatesMissing: this.#run.events - this.#ledger.size,
      ...segments,
      rowsOff: accepted_rows - this.#ledger.size + rejected_rows,
      usersOff: users - this.#ledger.users,
      interactionsOff: interactions - this.#ledger.pairs,
      pairsOff: await this.#pairsOff(made.id),
      modelItemsOff: await this.#modelItemsOff(made.id),
      countedItemsOff,
    };
  }

  /** The export has all segments as they are stored. */
  async #compareSegments() {
    const path = `project/${this.#world.project.id}/export/`;
    const ids = this.#ledger.checkIds();
    let segments = 0;
    for await (const { name, bytes } of tarEntries(await this.#download(path))) {
      if (!name.startsWith("events/")) continue;
      segments++;
      for await (const line of linesOf(bytes)) ids.note((JSON.parse(line) as { event_id: string }).event_id);
    }
    const { lost, twice, unknown } = ids.result();
    return { segments, segmentsLost: lost, segmentsTwice: twice, segmentsUnknown: unknown };
  }

  async #pairsOff(dataId: number): Promise<number> {
    const pairs = this.#ledger.checkPairs();
    for await (const line of linesOf(await this.#download(`training_data/${dataId}/download_file/`))) {
      const { user_id, item_id } = JSON.parse(line) as { user_id: string; item_id: string };
      pairs.note(user_id, item_id);
    }
    return pairs.result();
  }

  /** A popularity model scores each item by the sum of its column in the training matrix. */
  async #modelItemsOff(dataId: number): Promise<number> {
    const { client, project, modelEnd } = this.#world;
    const configuration = await client.post<ModelConfigurationResponse>("model_configuration/", {
      ...{ project: project.id, recommender_class_name: "TopPop", parameters_json: {} },
    });
    const body = { configuration: configuration.id, data_loc: dataId, deploy: "never" };
    const model = await modelEnd((await client.post<TrainedModelResponse>("trained_model/", body)).id);
    if (model.status !== "READY") throw new Error(`The training failed: ${model.error}`);
    const scores = new Map<string, number>();
    // An item of the profile is not in its list.
    for (const item of ["i0", "i1"]) {
      const path = `trained_model/${model.id}/recommend_using_profile_interaction/`;
      const asked = { item_ids: [item], cutoff: LEDGER_ITEMS };
      const { recommendations } = await client.post<ProfileResponse>(path, asked);
      for (const { item_id, score } of recommendations) scores.set(item_id, score);
    }
    return this.#itemsOff(scores);
  }

  /** By the windows that serving reads. */
  async #countedItemsOff(): Promise<number> {
    const url = `${this.#stack.url}/v1/popular?window=7d&limit=${LEDGER_ITEMS}`;
    const ask = async () => {
      const response = await fetch(url, { headers: { "X-API-Key": this.#key } });
      const { items } = (await response.json()) as RecommendResponse;
      return this.#itemsOff(new Map(items.map(({ item_id, score }) => [item_id, score])));
    };
    // The first answer is without the counts that it asks for, and the next one may be two seconds old.
    const until = Date.now() + FRESH_WITHIN_MS;
    return waitFor(ask, (off) => off === 0 || Date.now() > until);
  }

  #itemsOff(scores: ReadonlyMap<string, number>): number {
    const items = Array.from({ length: LEDGER_ITEMS }, (_, item) => item);
    return items.filter((item) => (scores.get(`i${item}`) ?? 0) !== this.#ledger.ofItem(item)).length;
  }

  async #download(path: string): Promise<ReadableStream<Uint8Array>> {
    const headers = await this.#world.session();
    const response = await fetch(`${this.#stack.url}/api/v1/${path}`, { headers });
    if (!response.ok || !response.body) throw new Error(`${path}: ${response.status}`);
    return response.body;
  }
}

/** How old counts may be. */
const FRESH_WITHIN_MS = 5_000;

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield line;
  }
  if (rest !== "") yield rest;
}
