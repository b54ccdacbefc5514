import { createRandom } from "#engine/random.ts";

/** Users of a few tastes and their items, as a CSV with a header: enough structure for a model to beat popularity. */
export function tasteCsv(userCount: number, itemCount: number, perUser: number, seed = 5): string {
  const random = createRandom(seed);
  const tastes = 6;
  const lines = ["user,item,at"];
  for (let user = 0; user < userCount; user++) {
    const taken = new Set<number>();
    while (taken.size < perUser) {
      const draw = Math.floor(itemCount * random.next() ** 2);
      const item = random.next() < 0.8 ? draw - (draw % tastes) + (user % tastes) : draw;
      if (item < itemCount) taken.add(item);
    }
    let day = 0;
    for (const item of taken) lines.push(`u${user},i${item},${1_700_000_000 + 86_400 * day++ + user}`);
  }
  return `${lines.join("\n")}\n`;
}
