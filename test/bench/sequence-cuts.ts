/**
 * Other histories and sessions from the public data sets, to see how studies do on data that their starting points do not come from:
 * people's ratings as histories, and sessions cut from histories where a person paused, which hold no item twice.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const DAY_SECONDS = 86_400;
/** The newest tenth of the sessions is the test. */
const TRAIN_SHARE = 0.9;
const FEWEST_OF_A_HISTORY = 5;

interface Step {
  readonly item: string;
  readonly time: number;
}

/** Somebody's steps, oldest first, each item once. */
type History = readonly Step[];

/** MovieLens 100K: by person, in the order of the ratings' seconds, of the file where they are equal. */
export function ratedFilms(folder: string): History[] {
  const people = new Map<string, Step[]>();
  for (const line of linesOf(join(folder, "ml-100k/u.data"))) {
    const [person = "", item = "", , seconds] = line.split("\t");
    const steps = people.get(person) ?? [];
    people.set(person, steps);
    steps.push({ item, time: Number(seconds) });
  }
  return [...people.values()].map((steps) => steps.toSorted((a, b) => a.time - b.time));
}

/** Amazon Beauty; times in seconds of whole days. */
export function boughtBeauty(folder: string): History[] {
  return linesOf(join(folder, "beauty/sequences.tsv")).map((line) => {
    const [, items = "", days = ""] = line.split("\t");
    const times = days.split(" ");
    return items.split(" ").map((item, at) => ({ item, time: DAY_SECONDS * Number(times[at]) }));
  });
}

/** Writes lines of `--format sequences`, of people with five items and more. @returns The path. */
export function writeHistories(histories: readonly History[], path: string): string {
  const lines = histories.flatMap((steps, person) => {
    if (steps.length < FEWEST_OF_A_HISTORY) return [];
    const days = steps.map(({ time }) => Math.floor(time / DAY_SECONDS));
    return [`${person}\t${steps.map(({ item }) => item).join(" ")}\t${days.join(" ")}`];
  });
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

/**
 * Writes lines of `--format sessions`. A session ends at a longer pause, and after `most` steps; those of one step are left out. They are
 * in the order of their first step, and test sessions have items of the training alone.
 */
export function writeSessions(
  histories: readonly History[],
  { pauseSeconds, most, folder }: { pauseSeconds: number; most: number; folder: string },
): { train: string; test: string } {
  const sessions = histories.flatMap((steps) => cut(steps, pauseSeconds, most)).sort(byStart);
  const end = Math.floor(TRAIN_SHARE * sessions.length);
  const known = new Set(sessions.slice(0, end).flatMap((steps) => steps.map(({ item }) => item)));
  const later = sessions
    .slice(end)
    .map((steps) => steps.filter(({ item }) => known.has(item)))
    .filter(({ length }) => length > 1);
  const write = (name: string, part: readonly History[]) => {
    const path = join(folder, name);
    const lines = part.map((steps, at) => `${at}\t${steps.map(({ item }) => item).join(" ")}`);
    writeFileSync(path, `${lines.join("\n")}\n`);
    return path;
  };
  return { train: write("train.tsv", sessions.slice(0, end)), test: write("test.tsv", later) };
}

function cut(steps: History, pauseSeconds: number, most: number): History[] {
  const sessions: Step[][] = [];
  for (const [at, step] of steps.entries()) {
    const open = sessions.at(-1);
    const pause = step.time - (steps[at - 1]?.time ?? Number.NEGATIVE_INFINITY);
    if (open && pause <= pauseSeconds && open.length < most) open.push(step);
    else sessions.push([step]);
  }
  return sessions.filter(({ length }) => length > 1);
}

const byStart = (a: History, b: History) => (a[0]?.time ?? 0) - (b[0]?.time ?? 0);

const linesOf = (path: string): string[] => readFileSync(path, "utf8").trim().split("\n");
