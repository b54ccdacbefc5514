import { createRandom, type Random } from "../random.ts";
import {
  COMMUNITIES,
  CONTENTS,
  EVENTS,
  IDOL_NAMES,
  IDOLS_PER_COMMUNITY,
  MOODS,
  THEMES,
} from "./catalogue.ts";

export interface SamplePost {
  readonly id: string;
  readonly title: string;
  readonly idol: string;
  /** Index into COMMUNITIES. */
  readonly community: number;
  readonly tags: readonly string[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** How much all fans like it, as a log-odds; about −4 … 4. */
  readonly appeal: number;
}

export const POST_COUNT = 2016;
export const SAMPLE_DAYS = 180;
const DAY_MS = 86_400_000;
/** Going back, posts become rarer by a factor of e for every period of this many days. */
const POST_AGE_SCALE_DAYS = 90;
const EVENT_SHARE = 0.4;
/** Spread of the log-odds with which all fans prefer one idol, and one post of an idol, to another. */
const FAME_SPREAD = 0.7;
const APPEAL_SPREAD = 1.3;

/** The posts of the sample world, oldest first; the same for the same seed and end. */
export function samplePosts(seed: number, endsAt: number): SamplePost[] {
  const random = createRandom(seed);
  const idols = IDOL_NAMES.map((name, index) =>
    newIdol(random, name, Math.floor(index / IDOLS_PER_COMMUNITY)),
  );
  const times = Array.from({ length: POST_COUNT }, () => endsAt - postAgeMs(random)).sort((a, b) => a - b);
  const titles = new Map<string, number>();
  return times.map((createdAt, index) => {
    const idol = idols[
      pickIndex(
        random,
        idols.map(({ activity }) => activity),
      )
    ] as Idol;
    const draft = newPost(random, idol);
    return {
      ...draft,
      id: `post-${String(index + 1).padStart(4, "0")}`,
      title: unique(titles, draft.title),
      createdAt,
    };
  });
}

interface Idol {
  readonly name: string;
  readonly community: number;
  /** 20 to 40: relative number of posts. */
  readonly activity: number;
  readonly fame: number;
  /** Relative liking of each content and theme: every idol has habits. */
  readonly contents: readonly number[];
  readonly themes: readonly number[];
}

const contentNames = Object.keys(CONTENTS) as (keyof typeof CONTENTS)[];
const themeNames = Object.keys(THEMES) as (keyof typeof THEMES)[];
const eventNames = Object.keys(EVENTS) as (keyof typeof EVENTS)[];

function newIdol(random: Random, name: string, community: number): Idol {
  const habits = (count: number) => Array.from({ length: count }, () => Math.exp(1.2 * random.normal()));
  return {
    name,
    community,
    activity: 20 + random.below(21),
    fame: FAME_SPREAD * random.normal(),
    contents: habits(contentNames.length),
    themes: habits(themeNames.length),
  };
}

function newPost(random: Random, idol: Idol): Omit<SamplePost, "id" | "createdAt"> {
  const content = contentNames[pickIndex(random, idol.contents)] as keyof typeof CONTENTS;
  const theme = themeNames[pickIndex(random, idol.themes)] as keyof typeof THEMES;
  const mood = pick(random, MOODS);
  const event = random.next() < EVENT_SHARE ? pick(random, eventNames) : null;
  const title = pick(random, CONTENTS[content])
    .replace("{theme}", pick(random, THEMES[theme]))
    .replace("{idol}", idol.name)
    .replace("{group}", COMMUNITIES[idol.community] as string);
  const capital = title.charAt(0).toUpperCase() + title.slice(1);
  return {
    title: event ? `[${EVENTS[event]}] ${capital}` : capital,
    idol: idol.name,
    community: idol.community,
    tags: [content, theme, mood, ...(event ? [event] : [])],
    appeal: idol.fame + APPEAL_SPREAD * random.normal() + (event ? 0.3 : 0),
  };
}

/** Exponential age, cut at the length of the sample by drawing again. */
function postAgeMs(random: Random): number {
  for (;;) {
    const days = -POST_AGE_SCALE_DAYS * Math.log(1 - random.next());
    if (days < SAMPLE_DAYS) return Math.floor(days * DAY_MS);
  }
}

/** A series gets numbers: the second "Q&A" is "Q&A #2". */
function unique(titles: Map<string, number>, title: string): string {
  const number = (titles.get(title) ?? 0) + 1;
  titles.set(title, number);
  return number === 1 ? title : `${title} #${number}`;
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.below(choices.length)] as T;
}

/** An index drawn in proportion to the weights. */
function pickIndex(random: Random, weights: readonly number[]): number {
  let rest = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let index = 0; index < weights.length - 1; index++) {
    rest -= weights[index] as number;
    if (rest < 0) return index;
  }
  return weights.length - 1;
}
