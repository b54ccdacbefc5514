/** Feedback over memory, with one object for all users. */
import {
  compareKeys,
  type FeedbackKey,
  type FeedbackRow,
  keyOfEvent,
  keyText,
  withEvent,
} from "#jobs/event-shard/feedback.ts";
import { closestItems, isLearntFrom } from "#jobs/event-shard/items-together.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import type { UserRow } from "#jobs/event-shard/user-properties.ts";
import type { Feedback, FeedbackFilter } from "#recommend/events/feedback.ts";

export function memoryFeedback(now: () => number, users: Map<string, UserRow>) {
  const rows = new Map<string, FeedbackRow>();
  const state = { problem: null as Error | null, isDone: true };
  const rowsOf = ({ type, userId, itemId }: FeedbackFilter) =>
    [...rows.values()].sort(compareKeys).filter((row) => {
      const isOf = (own: string, asked: string | undefined) => asked === undefined || own === asked;
      return isOf(row.type, type) && isOf(row.userId, userId) && isOf(row.itemId, itemId);
    });
  const itemsOf = (userId: string, until: number) =>
    rowsOf({ userId }).flatMap(({ itemId, time }) => (time <= until ? [itemId] : []));
  /** Folds events, and begins their users. */
  const add = (events: readonly StoredEvent[]) => {
    for (const event of events) {
      if (!event.feedback) continue;
      const key = keyText(keyOfEvent(event));
      rows.set(key, withEvent(rows.get(key) ?? null, event, now()));
      const { user_id: userId } = event;
      if (!users.has(userId))
        users.set(userId, { userId, properties: "{}", isPartial: true, updatedAt: now() });
    }
  };
  const remove = (keys: readonly FeedbackKey[]) => {
    for (const key of keys) rows.delete(keyText(key));
  };
  const feedback: Feedback = {
    async replace(_, events) {
      if (state.problem) throw state.problem;
      remove(events.map(keyOfEvent));
      add(events);
    },
    async note(_, noted) {
      for (const row of noted) if (!rows.has(keyText(row))) rows.set(keyText(row), row);
    },
    async page(_, filter, { after, limit }) {
      const found = rowsOf(filter).filter((row) => after === null || compareKeys(row, after) > 0);
      return { rows: found.slice(0, limit), hasMore: found.length > limit };
    },
    async remove(_, filter) {
      const found = rowsOf(filter);
      remove(found);
      return { removed: found.length, isDone: state.isDone };
    },
    itemsOf: async (_, userId, until) => itemsOf(userId, until),
    async neighbours(_, userId, limit) {
      const own = itemsOf(userId, now());
      const others = new Set(rowsOf({}).map((row) => row.userId));
      return [...others]
        .filter((other) => other !== userId)
        .map((other) => {
          const items = itemsOf(other, now());
          const common = items.filter((itemId) => own.includes(itemId)).length;
          return { userId: other, score: common / Math.sqrt(own.length * items.length) };
        })
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score)
        .slice(0, limit);
    },
    async together(_, itemId, weights) {
      const usersOf = (id: string) => {
        const learnt = rowsOf({ itemId: id }).filter(({ type }) => isLearntFrom(type, weights));
        return new Set(learnt.map(({ userId }) => userId));
      };
      const users = usersOf(itemId);
      const others = new Set([...users].flatMap((userId) => itemsOf(userId, now())));
      others.delete(itemId);
      const common = [...others].flatMap((other) => {
        const count = [...usersOf(other)].filter((userId) => users.has(userId)).length;
        return count > 0 ? [[other, count] as const] : [];
      });
      const sizes = common.map(([other]) => usersOf(other).size);
      return closestItems(users.size, new Map(common), sizes);
    },
    changed: () => undefined,
    users: async (_, after, limit) =>
      [...users.values()]
        .filter(({ userId }) => userId > after)
        .sort((a, b) => (a.userId < b.userId ? -1 : 1))
        .slice(0, limit),
  };
  const eraseUser = async (_: number, userId: string) => {
    remove(rowsOf({ userId }));
    return { events: 0, properties: Number(users.delete(userId)) };
  };
  const hasValue = ({ properties }: UserRow, name: string) => {
    const value = (JSON.parse(properties) as Readonly<Record<string, unknown>>)[name] ?? "";
    return value !== "" && JSON.stringify(value) !== "[]";
  };
  const people = {
    async countUsers(_: number, property: string) {
      if (state.problem) throw state.problem;
      const having = [...users.values()].filter((user) => hasValue(user, property)).length;
      return { users: users.size, having };
    },
    async hasUsers() {
      if (state.problem) throw state.problem;
      return users.size > 0;
    },
  };
  return { feedback, add, state, people, events: { eraseUser } };
}
