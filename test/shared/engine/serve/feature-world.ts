import { algorithmOf } from "#engine/algorithms/registry.ts";
import { countUsers } from "#engine/data/count-users.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { transpose } from "#engine/data/transpose.ts";
import type { FeatureRow } from "#engine/features/feature-row.ts";
import { encodeTable, sideFeaturesOf } from "#engine/features/feature-tables.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { createRandom } from "#engine/random.ts";
import { popularFirst } from "#engine/rank/popular-first.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";

export const GENRES = ["jazz", "rock", "folk", "pop"] as const;
const [USERS, ITEMS] = [80, 120];

export const genreOf = (itemId: string) => GENRES[Number(itemId.slice(1)) % GENRES.length] as string;

/** The tables of the training: items by genre and year, users by taste and age. The last users are in no table. */
const itemRow = (itemId: string): FeatureRow => ({
  genre: genreOf(itemId),
  year: 1990 + (Number(itemId.slice(1)) % 7),
});
const userRow = (userId: string): FeatureRow | null =>
  Number(userId.slice(1)) >= USERS - 4
    ? null
    : { taste: genreOf(userId), age: 20 + (Number(userId.slice(1)) % 9) };

/** A model that knows both tables, and what it was trained on. */
export async function featureServable(): Promise<Servable> {
  return (await featureWorld()).servable;
}

/** People take items of the genre that is their taste. */
export async function featureWorld() {
  const random = createRandom(3);
  const builder = new DatasetBuilder({ hasTimes: false });
  for (let user = 0; user < USERS; user++) {
    for (let item = 0; item < ITEMS; item++) {
      const isOwn = user % GENRES.length === item % GENRES.length;
      if (random.next() < (isOwn ? 0.4 : 0.005)) builder.add(`u${user}`, `i${item}`, 1, Number.NaN);
    }
  }
  const { dataset } = await builder.finish(async () => undefined);
  const { users, items, userItems } = dataset;
  const itemRows = Array.from({ length: items.size }, (_, at) => itemRow(items.idAt(at)));
  const userRows = Array.from({ length: users.size }, (_, at) => userRow(users.idAt(at)) ?? {});
  const tables = {
    items: encodeTable({
      columns: [
        { name: "genre", type: "category" },
        { name: "year", type: "number" },
      ],
      ...{ rows: () => itemRows, ids: items, findRow: itemRow },
    }),
    users: encodeTable({
      columns: [
        { name: "taste", type: "category" },
        { name: "age", type: "number" },
      ],
      ...{ rows: () => userRows, ids: users, findRow: userRow },
    }),
  };
  const features = sideFeaturesOf(tables);
  const input = {
    userItems,
    itemUsers: transpose(userItems),
    features,
    kernels: createScalarKernels(),
    seed: 1,
  };
  const task = algorithmOf("FeatureIALS").begin(input, {
    n_components: 6,
    alpha0: 0.2,
    reg: 0.01,
    train_epochs: 4,
  });
  while (!task.done) task.step();
  const popularity = countUsers(userItems);
  const servable: Servable = {
    ...{ model: task.model(), users, items, history: userItems, disliked: null, popularity },
    popular: popularFirst(popularity),
    ...{ itemSpace: tables.items.space, userSpace: tables.users.space, userFeatures: tables.users.matrix },
  };
  return { servable, dataset, tables };
}
