/** A table that grows while a stack reads it and is killed: what the project has, compared with the table. */
import { waitFor } from "#cli/demo/wait-for.ts";
import type { SessionResponse } from "#contract/auth.ts";
import type { PostgresSourceResponse } from "#contract/postgres-source.ts";
import type { ProjectResponse } from "#contract/project.ts";
import type { TrainingDataResponse } from "#contract/training-data.ts";
import { startPostgres, type TestPostgres } from "../setup/postgres.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";

export interface PostgresRun {
  /** Of PostgreSQL; see `postgresPrograms`. */
  readonly programs: string;
  /** Rows at first. */
  readonly rows: number;
  /** Rows that come in each round afterwards, and how many rounds. */
  readonly added: number;
  readonly rounds: number;
  /** Waits until the next round may begin. */
  readonly pause: () => Promise<void>;
  readonly kills: number;
  readonly say: (text: string) => void;
}

export interface PostgresResult {
  /** In the table. */
  readonly rows: number;
  readonly pairs: number;
  /** In training data of the project's events. */
  readonly readRows: number;
  readonly readPairs: number;
  readonly counted: number;
  readonly firstSeconds: number;
}

const ADMINISTRATOR = { username: "operator", password: "operator-password-of-a-test" };
const USERS = 9_973;
const ITEMS = 1_009;

/** Starts a database and a stack of its own, and removes them. */
export async function runPostgres(run: PostgresRun): Promise<PostgresResult> {
  const database = await startPostgres(run.programs);
  const world = new PostgresWorld(run, database);
  try {
    await world.start();
    return await world.run();
  } finally {
    await world.end();
    await database.stop();
  }
}

class PostgresWorld {
  readonly #run: PostgresRun;
  readonly #database: TestPostgres;
  #stack: TestStack | null = null;
  #token = "";
  #project = 0;
  #source = 0;

  constructor(run: PostgresRun, database: TestPostgres) {
    this.#run = run;
    this.#database = database;
  }

  async start(): Promise<void> {
    await this.#database.sql`create table post_view (id bigserial primary key, "userId" text, "postId" text,
      "createdAt" timestamptz not null)`;
    await this.#database.sql`create index on post_view ("createdAt", id)`;
    await this.#add(this.#run.rows);
    this.#stack = await startTestStack({ settings: this.#settings });
    await this.#signIn();
    const columns = { user_column: "userId", item_column: "postId" };
    const project = await this.#call<ProjectResponse>("POST", "project/", { name: "posts", ...columns });
    this.#project = project.id;
    const table = { table: "post_view", key_column: "id", user_column: "userId", item_column: "postId" };
    const source = await this.#call<PostgresSourceResponse>("POST", "postgres_source/", {
      ...{ project: project.id, name: "posts", every_minutes: 1 },
      interactions: [{ ...table, cursor_column: "createdAt", event_type: "view" }],
    });
    this.#source = source.id;
  }

  async end(): Promise<void> {
    await this.#stack?.stop();
    if (this.#stack) removeState(this.#stack.stateDir);
  }

  async run(): Promise<PostgresResult> {
    const { rounds, added, kills, pause, say } = this.#run;
    const startedAt = performance.now();
    // A kill while the rows that were there first are read, the others while new ones come.
    if (kills > 0) await this.#killWhileReading(false);
    await this.#readAll();
    const firstSeconds = (performance.now() - startedAt) / 1000;
    say(`${this.#run.rows} rows read after ${firstSeconds.toFixed(0)} s`);
    for (let round = 0; round < rounds; round++) {
      await this.#add(added);
      if (round < kills - 1) await this.#killWhileReading(true);
      await this.#readAll();
      say(`round ${round + 1} of ${rounds}`);
      if (round < rounds - 1) await pause();
    }
    return { ...(await this.#compare()), firstSeconds };
  }

  get #settings() {
    return {
      EDGEWISE_POSTGRES_URL: this.#database.address,
      EDGEWISE_ADMIN_USERNAME: ADMINISTRATOR.username,
      EDGEWISE_ADMIN_PASSWORD: ADMINISTRATOR.password,
    };
  }

  async #add(count: number): Promise<void> {
    const { sql } = this.#database;
    await sql`insert into post_view ("userId", "postId", "createdAt")
      select 'u' || (n::bigint * 7919 % ${USERS}), 'p' || (n::bigint * 104729 % ${ITEMS}), now() - (${count} - n) * interval '1 millisecond'
      from generate_series(1, ${count}) n`;
  }

  /** Has the source read and ends the whole stack meanwhile. @param isSoon Not only once rows are stored: few are read in a moment. */
  async #killWhileReading(isSoon: boolean): Promise<void> {
    const before = (await this.#read()).counts.events;
    let isRead = false;
    const reading = this.#call("POST", `postgres_source/${this.#source}/read/`).then(
      () => {
        isRead = true;
      },
      () => undefined,
    );
    await waitFor(
      () => this.#read(),
      ({ counts, status }) => isRead || (status === "READING" && (isSoon || counts.events > before)),
    );
    await this.#stack?.kill();
    await reading;
    if (isRead) throw new Error("The source was read before the stack was killed.");
    const { stateDir, port } = this.#stack as TestStack;
    this.#stack = await startTestStack({ settings: this.#settings, stateDir, port });
    await this.#signIn();
    this.#run.say("killed");
  }

  /** Reads until nothing new is left. The lease of a killed Worker ends by itself. */
  async #readAll(): Promise<void> {
    const [{ rows = 0 } = {}] = await this.#database.sql<
      { rows: number }[]
    >`select count(*)::int as rows from post_view`;
    await waitFor(
      () => this.#call<PostgresSourceResponse>("POST", `postgres_source/${this.#source}/read/`),
      ({ counts, status }) => counts.events + counts.rejected >= rows && status === "IDLE",
    );
  }

  async #compare() {
    const [table] = await this.#database.sql<{ rows: number; pairs: number }[]>`
      select count(*)::int as rows, count(distinct ("userId", "postId"))::int as pairs from post_view`;
    const begun = await this.#call<TrainingDataResponse>("POST", `project/${this.#project}/event_data/`, {
      base: null,
    });
    const data = await waitFor(
      () => this.#call<TrainingDataResponse>("GET", `training_data/${begun.id}/`),
      ({ status }) => status === "READY" || status === "FAILED",
    );
    const { counts } = await this.#read();
    return {
      ...(table ?? { rows: 0, pairs: 0 }),
      readRows: data.report?.rows ?? 0,
      readPairs: data.report?.interactions ?? 0,
      counted: counts.events,
    };
  }

  #read(): Promise<PostgresSourceResponse> {
    return this.#call("GET", `postgres_source/${this.#source}/`);
  }

  async #signIn(): Promise<void> {
    this.#token = "";
    this.#token = (await this.#call<SessionResponse>("POST", "auth/login/", ADMINISTRATOR)).access;
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.#send(method, path, body);
    // A session ends after some minutes.
    if (response.status !== 401 || !this.#token) return answerOf(method, path, response);
    await this.#signIn();
    return answerOf(method, path, await this.#send(method, path, body));
  }

  #send(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${this.#stack?.url}/api/v1/${path}`, {
      method,
      headers: {
        "Content-Type": "application/json",
        ...(this.#token && { Authorization: `Bearer ${this.#token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }
}

async function answerOf<T>(method: string, path: string, response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
