/** The sockets of a job as Recotem's clients open and read them, against a real stack with exact answers. */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "#cli/demo/wait-for.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { createWorld, type World } from "./api-world.ts";
import { tasteCsv } from "./study-world.ts";

interface Frame {
  readonly type: string;
  readonly status?: string;
  readonly data?: { readonly best_score?: number | null; readonly buffered?: boolean };
  readonly message?: string;
  readonly timestamp?: string;
  readonly buffered?: boolean;
  readonly seq: number;
}

const TIMEOUT_MS = 300_000;
let stack: TestStack;
let world: World;
let dataId: number;
/** A job that has ended, and the accounts' tokens. */
let job: number;
let tokens: Readonly<Record<"owner" | "other", string>>;

/** The job is made with the platform's own answers, which say when a file is read. */
beforeAll(async () => {
  stack = await startTestStack({ jobs: 0 });
  world = await createWorld(stack.url);
  dataId = (await world.upload(tasteCsv(60, 40, 8))).id;
  job = (await world.startTuning(dataId, { n_trials: 2 })).id;
  expect((await world.jobEnd(job)).status).toBe("COMPLETED");
  const { Authorization: owner = "" } = await world.session();
  const { Authorization: other = "" } = await (await createWorld(stack.url)).session();
  tokens = { owner: owner.replace("Bearer ", ""), other: other.replace("Bearer ", "") };
  const { stateDir, port } = stack;
  await stack.stop();
  stack = await startTestStack({ jobs: 0, stateDir, port, settings: { EDGEWISE_EXACT_RECOTEM: "true" } });
}, TIMEOUT_MS);

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

interface Watched {
  readonly frames: readonly Frame[];
  send(text: string): void;
  isOpen(): boolean;
  close(): void;
}

/** Opens a socket with a cookie, as browsers do, and keeps its frames. */
function watch(path: string, cookie: string | null): Promise<Watched> {
  const headers = cookie === null ? {} : { Cookie: `jwt-access=${cookie}` };
  // Node's takes headers as its second argument, which the type of browsers does not have.
  const Opener = WebSocket as unknown as new (url: string, options: object) => WebSocket;
  const socket = new Opener(stack.url.replace("http", "ws") + path, { headers });
  const frames: Frame[] = [];
  socket.addEventListener("message", ({ data }) => frames.push(JSON.parse(String(data))));
  return new Promise((opened, failed) => {
    socket.addEventListener("error", () => failed(new Error(`${path} did not open`)));
    socket.addEventListener("open", () =>
      opened({
        frames,
        send: (text) => socket.send(text),
        isOpen: () => socket.readyState === WebSocket.OPEN,
        close: () => socket.close(),
      }),
    );
  });
}

/** The status of the answer to a handshake. */
function handshake(path: string, headers: Record<string, string> = {}): Promise<number> {
  const upgrade = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13" };
  const key = { "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==" };
  return new Promise((answered, failed) => {
    const asking = request(stack.url + path, { headers: { ...upgrade, ...key, ...headers } });
    asking.on("response", (response) => {
      response.resume();
      answered(response.statusCode ?? 0);
    });
    asking.on("upgrade", (_, socket) => {
      socket.destroy();
      answered(101);
    });
    asking.on("error", failed);
    asking.end();
  });
}

/** All frames once there is one that ends them. */
async function framesUntil(watched: Watched, isLast: (frame: Frame) => boolean): Promise<readonly Frame[]> {
  await waitFor(
    async () => watched.frames.some(isLast),
    (isThere) => isThere,
  );
  watched.close();
  return watched.frames;
}

const statusPath = (id: number) => `/ws/job/${id}/status/`;
const isUpdate = ({ type }: Frame) => type === "status_update";
const ENDED = {
  ...{ type: "status_update", status: "completed", seq: 0 },
  data: { best_score: expect.any(Number), buffered: true },
};

describe("the status of a job", () => {
  it("is told at once, by cookie or by the token in the address", async () => {
    const byCookie = await watch(statusPath(job), tokens.owner);
    expect(await framesUntil(byCookie, isUpdate)).toEqual([ENDED]);
    const byToken = await watch(`${statusPath(job)}?token=${tokens.owner}`, null);
    expect(await framesUntil(byToken, isUpdate)).toEqual([ENDED]);
  });

  it("is told until the end of a job that runs", async () => {
    const { id } = await world.startTuning(dataId, { n_trials: 2 });
    const frames = await framesUntil(
      await watch(statusPath(id), tokens.owner),
      ({ status }) => status === "completed",
    );
    const statuses = frames.map(({ status }) => status);
    // It may have begun, or ended, before the socket opened.
    expect(["pending", "running", "completed"].slice(-statuses.length)).toEqual(statuses);
    expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, at) => at));
    expect(frames.at(-1)?.data?.best_score).toEqual(expect.any(Number));
  });

  it("goes on after frames that say nothing, also after JSON that is no object", async () => {
    const watched = await watch(statusPath(job), tokens.owner);
    for (const text of ['{"type":"pong"}', "garbage", '{"type":"other"}', "[1]"]) watched.send(text);
    // The answer to a further socket comes after these were read.
    await framesUntil(await watch(statusPath(job), tokens.owner), isUpdate);
    expect([watched.isOpen(), watched.frames]).toEqual([true, [ENDED]]);
    watched.close();
  });
});

describe("the log of a job", () => {
  it("is told again from its first line, in order", async () => {
    const frames = await framesUntil(
      await watch(`/ws/job/${job}/logs/`, tokens.owner),
      ({ message }) =>
        message?.includes(" finished with value") === true || message?.startsWith("Job ") === true,
    );
    expect(frames[0]).toMatchObject({
      ...{ type: "log", buffered: true, seq: 0, timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
      message: `Start job ${job} / worker 0.`,
    });
    expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, at) => at));
  });
});

describe("a handshake", () => {
  it.each([
    ["of nobody", () => handshake(statusPath(job))],
    [
      "by a bearer's header alone",
      () => handshake(statusPath(job), { Authorization: `Bearer ${tokens.owner}` }),
    ],
    ["with a token that is none", () => handshake(`${statusPath(job)}?token=garbage`)],
    [
      "with a bad cookie before a good token",
      () => handshake(`${statusPath(job)}?token=${tokens.owner}`, { Cookie: "jwt-access=garbage" }),
    ],
    ["for another account's job", () => handshake(statusPath(job), { Cookie: `jwt-access=${tokens.other}` })],
    ["for the log of another account's job", () => handshake(`/ws/job/${job}/logs/?token=${tokens.other}`)],
    ["for no job", () => handshake(statusPath(999_999), { Cookie: `jwt-access=${tokens.owner}` })],
  ])("%s is refused with 403", async (_, shake) => {
    expect(await shake()).toBe(403);
  });

  it("for a channel that does not exist is a 404", async () => {
    const cookie = { Cookie: `jwt-access=${tokens.owner}` };
    expect(await handshake(`/ws/job/${job}/other/`, cookie)).toBe(404);
    expect(await handshake(statusPath(job), cookie)).toBe(101);
  });
});
