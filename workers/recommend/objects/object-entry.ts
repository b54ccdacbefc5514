/** How an event object comes to its place in a project: from nothing, or from the object that gives it shards. */
import { firstLayout, hasShard, parentOf } from "#jobs/event-shard/event-layout.ts";
import type { FeedbackKey, FeedbackPage, FeedbackRow } from "#jobs/event-shard/feedback.ts";
import { EVENT_SHARDS, type ObjectAddress, objectName, shardOf } from "#jobs/event-shard/shard-address.ts";
import type {
  EventNamespace,
  EventShardObject,
  HandedOver,
  PlacedUser,
  UserPage,
  UserPlace,
} from "#jobs/event-shard/shard-object.ts";
import { EMPTY_SHARD } from "#jobs/event-shard/shard-state.ts";
import type { ShardPlace } from "./place-row.ts";

export interface Entry {
  readonly place: ShardPlace;
  /** What the object that had the shards knows; null for an object that the project began with. */
  readonly handed: HandedOver | null;
  /** Properties of its users, some at a time. */
  readonly users: AsyncIterable<readonly PlacedUser[]>;
  /** Feedback of its users, some at a time. */
  readonly feedback: AsyncIterable<readonly FeedbackRow[]>;
}

/** Null if the project does not have this object. @param first How many objects the project began with. */
export async function enterProject(
  namespace: EventNamespace,
  { projectId, object }: ObjectAddress,
  first: number,
): Promise<Entry | null> {
  const parent = parentOf(object, first);
  const layout = firstLayout(object, first);
  const begun = { projectId, object, layout, sealedAll: 0, sealedSilent: 0, sealing: null };
  if (parent === null) {
    const place = { ...begun, sealedTo: EMPTY_SHARD.sealedTo, segments: [] };
    return { place, handed: null, users: nothing(), feedback: nothing() };
  }
  const address = { projectId, object: parent, first };
  const giver = namespace.get(namespace.idFromName(objectName(address)));
  const handed = await giver.handOver(address, object);
  if (handed === null) return null;
  const { sealedTo, segments } = handed;
  const place = { ...begun, layout: firstLayout(object, handed.first), sealedTo, segments };
  const users = usersOf(giver, address, object);
  return { place, handed, users, feedback: feedbackOf(giver, address, object) };
}

async function* nothing(): AsyncGenerator<never> {}

async function* feedbackOf(
  giver: EventShardObject,
  address: ObjectAddress,
  to: number,
): AsyncGenerator<readonly FeedbackRow[]> {
  let after: FeedbackKey | null = null;
  do {
    const { rows }: FeedbackPage = await giver.handOverFeedback(address, to, after);
    yield rows;
    after = rows.at(-1) ?? null;
  } while (after !== null);
}

async function* usersOf(
  giver: EventShardObject,
  address: ObjectAddress,
  to: number,
): AsyncGenerator<readonly PlacedUser[]> {
  let after: UserPlace | null = null;
  do {
    const page: UserPage = await giver.handOverUsers(address, to, after);
    yield page.rows;
    after = page.next;
  } while (after !== null);
}

/** Whether the project began with 16 objects, though object 0 has had no event. */
export async function hasBegunWithAll(
  namespace: EventNamespace,
  { projectId }: ObjectAddress,
): Promise<boolean> {
  const others = Array.from({ length: EVENT_SHARDS - 1 }, (_, at) => ({ projectId, object: at + 1 }));
  const begun = others.map((one) => namespace.get(namespace.idFromName(objectName(one))).hasBegun());
  return (await Promise.all(begun)).includes(true);
}

/** What an object hands over to one that it has given shards. */
export function handedOver(
  { layout, sealedTo, segments }: ShardPlace,
  to: number,
  { ids, adopted }: Pick<HandedOver, "ids" | "adopted">,
): HandedOver {
  const { first, width } = firstLayout(to, layout.first);
  const isOf = (shard: number) => hasShard(to, width, shard);
  return {
    first,
    sealedTo: sealedTo.map((last, shard) => (isOf(shard) ? last : 0)),
    segments: segments.filter(({ shard }) => isOf(shard)),
    ids,
    adopted: adopted.filter(({ userId }) => isOf(shardOf(userId))),
  };
}

/** Whether a user is of the shards that an object gives another one first. */
export function isUserOf({ layout }: Pick<ShardPlace, "layout">, to: number): (userId: string) => boolean {
  const { width } = firstLayout(to, layout.first);
  return (userId) => hasShard(to, width, shardOf(userId));
}

/** Whether an object has given another one its first shards. */
export function hasGiven({ object, layout }: ShardPlace, to: number): boolean {
  return parentOf(to, layout.first) === object && layout.width >= firstLayout(to, layout.first).width;
}
