/**
 * Gorse's clients against a real stack: exchanges of our own. With `EDGEWISE_GORSE` naming the folder of the recorded exchanges, these are
 * replayed, too.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { createWorld } from "./api-world.ts";
import { toLines } from "./gorse/exchanges.ts";
import { KNOWN_DIFFERENCES } from "./gorse/known-differences.ts";
import { OWN_EXCHANGES } from "./gorse/own-exchanges.ts";
import { replayRecording } from "./gorse/replay-recording.ts";
import { addPeople, createGorseProject } from "./gorse/world.ts";
import { type Outcome, replay } from "./replay/replay.ts";

const TEST_TIMEOUT_MS = 600_000;
const SINCE = Date.now() - 3_600_000;
const FOLDER = process.env.EDGEWISE_GORSE;
let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack({ jobs: 0 });
}, TEST_TIMEOUT_MS);

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

const problems = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap(({ line, verdict, problems: found }) =>
    verdict === "different" && !KNOWN_DIFFERENCES.has(line.seq)
      ? [`${line.seq} ${line.name}: ${found.join("; ")}`]
      : [],
  );

it(
  "calls of Gorse's clients are answered as Gorse does, with a model of their feedback",
  async () => {
    const project = await createGorseProject(await createWorld(stack.url), stack.url);
    await addPeople(project, "own", SINCE);
    await project.train();
    const lines = toLines(OWN_EXCHANGES, { group: "own", seq: 0, key: project.key, since: SINCE });
    const outcomes = await replay(lines, { base: `${stack.url}/gorse`, folder: "", variables: new Map() });
    expect(outcomes).toHaveLength(OWN_EXCHANGES.length);
    expect(problems(outcomes)).toEqual([]);
    expect(stack.printed()).not.toContain(project.key);
  },
  TEST_TIMEOUT_MS,
);

it.skipIf(FOLDER === undefined)(
  "recorded exchanges differ only as is known",
  async () => {
    const outcomes = await replayRecording(stack.url, FOLDER ?? "", SINCE);
    expect(outcomes.length).toBeGreaterThan(100);
    expect(problems(outcomes)).toEqual([]);
  },
  TEST_TIMEOUT_MS,
);
