/** Replays the recorded exchanges with Gorse, each file against the project that it needs. */
import { createWorld } from "../api-world.ts";
import { type Outcome, replay } from "../replay/replay.ts";
import { readExchanges, toLines } from "./exchanges.ts";
import { addPeople, createGorseProject } from "./world.ts";

/** The client's own run, which begins with an empty project; its lists need a model from here on. */
const CLIENT = "gorsejs-0.4.8";
const MODEL_FROM = "getItemNeighbors";
/** In the order of the recording: the second needs what the first has written. */
const RAW = ["errors", "server-routes"];
/** Lines of one file. */
const FILE_LINES = 100;

/** @param since Epoch milliseconds, in the past by more than twenty minutes. */
export async function replayRecording(url: string, folder: string, since: number): Promise<Outcome[]> {
  const world = await createWorld(url);
  const base = `${url}/gorse`;
  const outcomes: Outcome[] = [];
  const run = async (lines: ReturnType<typeof toLines>) => {
    outcomes.push(...(await replay(lines, { base, folder, variables: new Map() })));
  };
  const client = await createGorseProject(world, url);
  const reading = { group: CLIENT, seq: FILE_LINES, key: client.key, since };
  const lines = toLines(readExchanges(folder, CLIENT), reading);
  const first = lines.findIndex(({ name }) => name === MODEL_FROM);
  await run(lines.slice(0, first));
  await client.train();
  await run(lines.slice(first));
  const raw = await createGorseProject(world, url);
  await addPeople(raw, "raw", since);
  await raw.train();
  for (const [at, group] of RAW.entries()) {
    const seq = (at + 2) * FILE_LINES;
    await run(toLines(readExchanges(folder, group), { group, seq, key: raw.key, since }));
  }
  return outcomes;
}
