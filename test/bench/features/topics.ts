/** Generated data of long texts: people like topics, and the words of an item's text come from its topics. */
import type { FeatureRow } from "#engine/features/feature-row.ts";
import { createRandom, type Random } from "#engine/random.ts";
import type { Interaction, RawData } from "./feature-data.ts";

const [TOPICS, WORDS_OF_TOPIC, COMMON_WORDS] = [24, 150, 600];
const [USERS, ITEMS] = [1_200, 1_800];
const [WORDS_OF_TEXT, EVENTS_OF_USER] = [60, 30];
/** Share of the words of a text that belong to its topics. */
const TOPICAL = 0.35;
const AGES = ["18-24", "25-34", "35-49", "50+"];
const SEED = 5;

/** Items also have a price that tells nothing and a maker who tells a little; people have an age that tells a little. */
export function generateTopics(): RawData {
  const random = createRandom(SEED);
  const items = Array.from({ length: ITEMS }, () => {
    const [first, second] = [random.below(TOPICS), random.below(TOPICS)];
    return { first, second, appeal: Math.exp(0.8 * random.normal()) };
  });
  const users = Array.from({ length: USERS }, () => {
    const age = random.below(AGES.length);
    const tastes = new Float64Array(TOPICS).map((_, topic) =>
      Math.exp(1.6 * random.normal() + (topic % AGES.length === age ? 0.8 : 0)),
    );
    return { age, tastes };
  });
  const interactions = users.flatMap(({ tastes }, user): Interaction[] => {
    const wanted = items.map(({ first, second, appeal }, item) => {
      const liking = appeal * ((tastes[first] as number) + 0.5 * (tastes[second] as number));
      return { item, key: Math.log(1 - random.next()) / liking };
    });
    // The largest keys are a draw without replacement, by liking.
    const best = wanted.sort((a, b) => b.key - a.key).slice(0, EVENTS_OF_USER);
    return best.map(({ item }) => ({ user: `u${user}`, item: `i${item}`, weight: 1 }));
  });
  const rows = items.map((item, at) => [`i${at}`, rowOf(item, at, random)] as const);
  return {
    name: "topics",
    interactions,
    items: new Map(rows),
    users: new Map(users.map(({ age }, user) => [`u${user}`, { age: AGES[age] }])),
  };
}

function rowOf(
  { first, second }: { readonly first: number; readonly second: number },
  at: number,
  random: Random,
): FeatureRow {
  const word = () => {
    if (random.next() >= TOPICAL) return `common${skewed(COMMON_WORDS, random)}`;
    return `word${random.next() < 0.67 ? first : second}x${skewed(WORDS_OF_TOPIC, random)}`;
  };
  return {
    title: `item ${at} ${word()}`,
    description: Array.from({ length: WORDS_OF_TEXT }, word).join(" "),
    price: (10 + 5 * random.normal()).toFixed(2),
    maker: `maker ${random.next() < 0.5 ? first : random.below(TOPICS)}`,
  };
}

/** A number below `count`, the smaller the more often, as words are. */
function skewed(count: number, random: Random): number {
  return Math.floor(count * random.next() ** 2);
}
