import { describe, expect, it } from "vitest";
import { MAX_USER_BYTES } from "#contract/limits.ts";
import { shardOf } from "#jobs/event-shard/shard-address.ts";
import { event, eventProject } from "../../runtime/event-project.ts";

const USERS = Array.from({ length: 40 }, (_, n) => `user-${n}`);

function usersWorld() {
  const project = eventProject();
  const { projectId, isolate, events } = project;
  const write = (kind: "replace" | "merge", userId: string, properties: Record<string, unknown>) =>
    isolate().writeUser(projectId, { kind, userId, properties });
  const read = async (userId: string) => {
    const { properties } = await isolate().recentOf(projectId, userId);
    return properties && (JSON.parse(properties.properties) as Record<string, unknown>);
  };
  const all = async () => {
    const found: string[] = [];
    for await (const rows of events.users(projectId)) found.push(...rows.map(({ userId }) => userId));
    return found.sort();
  };
  return { ...project, write, read, all };
}

describe("properties of users in an event object", () => {
  it("are durable before the answer, and there after a kill", async () => {
    const { write, read, evict } = usersWorld();
    await write("replace", "ann", { age: 30 });
    await evict(0);
    expect(await read("ann")).toEqual({ age: 30 });
    await write("merge", "ann", { city: "Oslo" });
    await evict(0);
    expect(await read("ann")).toEqual({ age: 30, city: "Oslo" });
    expect(await read("bob")).toBeNull();
  });

  it("are each whole, whatever is written at the same time", async () => {
    const { write, read } = usersWorld();
    await Promise.all(USERS.map((_, n) => write("merge", "ann", { [`p${n}`]: n })));
    expect(Object.keys((await read("ann")) ?? {})).toHaveLength(USERS.length);
  });

  it("tell isolates that remember the user", async () => {
    const { projectId, isolate, write } = usersWorld();
    const other = isolate();
    await write("replace", "ann", { age: 1 });
    expect((await other.recentOf(projectId, "ann")).properties?.properties).toBe('{"age":1}');
    await write("replace", "ann", { age: 2 });
    await other.recentOf(projectId, "somebody in any shard");
    await other.recentOf(projectId, "ann");
    expect(other.known(projectId, "ann")?.known.properties?.properties).toBe('{"age":2}');
  });

  it("are counted once each, also after shards moved, and those with a property apart", async () => {
    const { projectId, events, write, grow } = usersWorld();
    const values = [["red"], [], "red|blue", "", null, 7, undefined];
    await Promise.all(
      USERS.map((userId, n) =>
        write("replace", userId, { 'a "name"': values[n % values.length] ?? null, n }),
      ),
    );
    const having = USERS.filter((_, n) => [0, 2, 5].includes(n % values.length)).length;
    expect(await events.countUsers(projectId, 'a "name"')).toEqual({ users: USERS.length, having });
    await grow(0);
    expect(await events.countUsers(projectId, 'a "name"')).toEqual({ users: USERS.length, having });
    expect(await events.countUsers(projectId, "absent")).toEqual({ users: USERS.length, having: 0 });
  });

  it("move with the shards of their users, many of them in several calls", async () => {
    const { write, read, grow, all } = usersWorld();
    const text = "x".repeat(MAX_USER_BYTES - 100);
    const many = Array.from({ length: 600 }, (_, n) => `many-${n}`);
    await Promise.all(many.map((userId) => write("replace", userId, { text, userId })));
    await grow(0);
    await grow(0);
    const wrong = [];
    for (const userId of many) if ((await read(userId))?.userId !== userId) wrong.push(userId);
    expect(wrong).toEqual([]);
    expect(await all()).toEqual(many.toSorted());
    const last = many.at(-1) as string;
    await write("merge", last, { text: "short" });
    expect(await read(last)).toEqual({ text: "short", userId: last });
  });

  it("are gone with the user, also from the object that had the shard before", async () => {
    const { projectId, events, write, read, grow, all, append, stored } = usersWorld();
    const moved = USERS.filter((userId) => shardOf(userId) % 2 === 1);
    for (const userId of moved) await write("replace", userId, { secret: userId });
    await append([event(moved[0] as string, "i1")]);
    await grow(0);
    expect(await read(moved[0] as string)).not.toBeNull();
    const [first, ...others] = moved as [string, ...string[]];
    expect(await events.eraseUser(projectId, first)).toEqual({ events: 1, properties: 1 });
    expect(await events.eraseUser(projectId, first)).toEqual({ events: 0, properties: 0 });
    expect(await read(first)).toBeNull();
    expect(await all()).toEqual(others.toSorted());
    for (const userId of others) await events.eraseUser(projectId, userId);
    for (const object of [0, 1]) {
      const tables = await stored(object);
      expect(tables).not.toContain("user_properties");
    }
  });

  it("go to the user that another one became, below the own ones, and can be taken back", async () => {
    const { projectId, events, write, read } = usersWorld();
    await write("replace", "ann", { age: 30 });
    await write("merge", "visitor", { age: 1, city: "Oslo" });
    await events.copyRecent(projectId, "visitor", "ann");
    expect(await read("ann")).toEqual({ age: 30 });
    await write("merge", "bob", { age: 40 });
    await events.copyRecent(projectId, "visitor", "bob");
    expect(await read("bob")).toEqual({ age: 40, city: "Oslo" });
    await events.releaseRecent(projectId, "visitor", "bob");
    expect(await read("bob")).toEqual({ age: 40 });
  });

  it("of a chain of users reach the last one", async () => {
    const { projectId, events, write, read } = usersWorld();
    await write("merge", "a", { one: 1 });
    await write("merge", "b", { two: 2 });
    await events.copyRecent(projectId, "a", "b");
    await events.copyRecent(projectId, "b", "c");
    expect(await read("c")).toEqual({ one: 1, two: 2 });
  });

  it("end with the project", async () => {
    const { projectId, events, write, read } = usersWorld();
    await write("replace", "ann", { age: 30 });
    await events.forget(projectId, true);
    await expect(write("replace", "ann", { age: 1 })).rejects.toMatchObject({ status: 401 });
    await events.forget(projectId, false);
    expect(await read("ann")).toBeNull();
  });
});
