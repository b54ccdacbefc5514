/** The events of all projects, as this isolate sends and asks for them. */
import { type CountAnswer, type CountQuery, sumCounts } from "#jobs/event-shard/event-counts.ts";
import { hasShard } from "#jobs/event-shard/event-layout.ts";
import { ObjectCalls } from "#jobs/event-shard/object-calls.ts";
import { objectName, shardOf } from "#jobs/event-shard/shard-address.ts";
import type {
  AppendAnswer,
  AppendResult,
  EventNamespace,
  Placed,
  RecentOfUser,
} from "#jobs/event-shard/shard-object.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import type { UserWrite, UserWritten } from "#jobs/event-shard/user-properties.ts";
import { projectIsDeleted, ServingError } from "../http/errors.ts";
import { type Asked, type KnownRecent, RecentMemory } from "./recent-memory.ts";

/** An object that remembers nobody is not asked again for this long, unless this isolate sends it events. */
const QUIET_MS = 1_000;
/**
 * A project that has never had an event is not asked again for this long, unless this isolate sends one. Counts are refreshed every two
 * seconds, so those of the first events of a project are seen within five.
 */
const EMPTY_MS = 3_000;
const MAX_KNOWN_PROJECTS = 4096;
/** Each growth of a project needs one more. */
const MAX_ROUNDS = 8;

export interface EventShards {
  /**
   * Stores events, each in the shard of its user; resolves after they are durable. Rejects with `EventsNotStored` when some are not:
   * sending all again is safe for events with an id. Rejects with a 401 `ServingError` when the project is deleted.
   */
  append(projectId: number, events: readonly StoredEvent[]): Promise<AppendResult>;
  /** Whether nobody was remembered a moment ago where a user's events are: `recentOf` then answers without asking. */
  isQuiet(projectId: number, userId: string): boolean;
  /** A person's latest items and properties as they were within the last second; null if they are not known here. */
  known(projectId: number, userId: string): KnownRecent | null;
  /** A person's latest items, newest first, at most `MAX_RECENT_ITEMS`, and what was written of the person. */
  recentOf(projectId: number, userId: string): Promise<RecentOfUser>;
  /**
   * Stores properties of a user; resolves after they are durable. Rejects with `EventsNotStored` when they are not, and with a 401
   * `ServingError` when the project is deleted.
   */
  writeUser(projectId: number, write: UserWrite): Promise<UserWritten>;
  /** Says that the recent items of people have changed without an event, as by a merge: they are asked for again. */
  recentChanged(projectId: number, userIds: readonly string[]): void;
  /** How often items got events, summed over objects. Asks all of them: the caller keeps the answer. */
  windowedCounts(projectId: number, query: CountQuery): Promise<CountAnswer>;
}

export class EventsNotStored extends Error {}

export interface EventShardsDeps {
  readonly namespace: EventNamespace;
  readonly now: () => number;
}

/** What the isolate knows of a project. */
interface KnownProject {
  readonly calls: ObjectCalls;
  emptyUntil: number;
  /** How often this isolate has sent it events, or has heard that people changed. */
  sent: number;
}

const NOT_ASKED: Asked = { seen: null, at: 0, sent: 0 };
const NOTHING_RECENT: RecentOfUser = { items: [], properties: null };
const NO_COUNTS: CountAnswer = { counts: [], isCut: false };

export function createEventShards({ namespace, now }: EventShardsDeps): EventShards {
  const quietUntil = new Map<string, number>();
  const projects = new Map<number, KnownProject>();
  const memory = new RecentMemory(now);

  function projectOf(projectId: number): KnownProject {
    const known = projects.get(projectId);
    if (known) return known;
    if (projects.size >= MAX_KNOWN_PROJECTS) projects.clear();
    const calls = new ObjectCalls(namespace, projectId);
    const project = { calls, emptyUntil: Number.NEGATIVE_INFINITY, sent: 0 };
    projects.set(projectId, project);
    return project;
  }

  /** @param sent `project.sent` before the calls: an event that came meanwhile may be missing in their answers. */
  function isEmpty(project: KnownProject, sent: number): boolean {
    if (!project.calls.isEmpty) return false;
    if (project.sent === sent) project.emptyUntil = now() + EMPTY_MS;
    return true;
  }

  function noteChanged(projectId: number, object: number, userIds: Iterable<string>): void {
    const name = objectName({ projectId, object });
    const project = projectOf(projectId);
    project.sent++;
    project.emptyUntil = Number.NEGATIVE_INFINITY;
    quietUntil.delete(name);
    memory.changed(name, userIds);
  }

  const nameOf = ({ calls }: KnownProject, projectId: number, userId: string) =>
    objectName({ projectId, object: calls.objectOf(shardOf(userId)) });

  function isQuietNow(projectId: number, userId: string): boolean {
    const project = projectOf(projectId);
    if (now() < project.emptyUntil) return true;
    return now() < (quietUntil.get(nameOf(project, projectId, userId)) ?? 0);
  }

  return {
    isQuiet: isQuietNow,
    known: (projectId, userId) => memory.find(nameOf(projectOf(projectId), projectId, userId), userId),
    append: (projectId, events) =>
      appendAll(projectOf(projectId).calls, events, (object, part) =>
        noteChanged(projectId, object, new Set(part.map(({ user_id }) => user_id))),
      ),
    recentChanged(projectId, userIds) {
      const { calls } = projectOf(projectId);
      for (const userId of userIds) noteChanged(projectId, calls.objectOf(shardOf(userId)), [userId]);
    },
    async writeUser(projectId, write) {
      const { calls } = projectOf(projectId);
      try {
        const answer = await calls.ofShard(shardOf(write.userId), (object, address) =>
          object
            .writeUser(address, write)
            .finally(() => noteChanged(projectId, address.object, [write.userId])),
        );
        if (answer === "closed") throw projectIsDeleted();
        if (answer === null) throw new EventsNotStored("the shards of the project move all the time");
        return answer;
      } catch (error) {
        if (error instanceof ServingError || error instanceof EventsNotStored) throw error;
        throw new EventsNotStored("a shard failed", { cause: error });
      }
    },
    async recentOf(projectId, userId) {
      if (isQuietNow(projectId, userId)) return NOTHING_RECENT;
      const project = projectOf(projectId);
      const { sent } = project;
      let last = { name: "", asked: NOT_ASKED };
      const answer = await project.calls.ofShard(shardOf(userId), (object, address) => {
        const name = objectName(address);
        last = { name, asked: memory.ask(name) };
        return object.recentSince(address, userId, last.asked.seen);
      });
      if (answer) {
        memory.keep(last.name, userId, last.asked, answer);
        return answer;
      }
      if (isEmpty(project, sent) || project.sent !== sent) return NOTHING_RECENT;
      if (quietUntil.size >= MAX_KNOWN_PROJECTS) quietUntil.clear();
      quietUntil.set(last.name, now() + QUIET_MS);
      return NOTHING_RECENT;
    },
    async windowedCounts(projectId, query) {
      const project = projectOf(projectId);
      if (now() < project.emptyUntil) return NO_COUNTS;
      const { sent } = project;
      const answers = await project.calls.ofAll((object, address) => object.counts(address, query));
      isEmpty(project, sent);
      return sumCounts(answers, query.limit);
    },
  };
}

type Part = readonly [object: number, events: readonly StoredEvent[]];

/**
 * Sends events to the objects of their shards, and those again that an object did not take because it has given their shard away.
 *
 * @param sent  Called after each call of an object, whether it failed or not.
 */
async function appendAll(
  calls: ObjectCalls,
  events: readonly StoredEvent[],
  sent: (object: number, events: readonly StoredEvent[]) => void,
): Promise<AppendResult> {
  let sum = { accepted: 0, duplicates: 0 };
  let left = events;
  for (let round = 0; round < MAX_ROUNDS && left.length > 0; round++) {
    const parts = byObject(calls, left);
    // One call for each request: a request that waits for the call of another one is taken by the runtime for one that hangs. The object
    // joins calls.
    const answers = await Promise.allSettled(
      parts.map(async ([object, part]) => {
        const placed = calls.call(object, (stub, address) => stub.append(address, part));
        return takenOf([object, part], await placed.finally(() => sent(object, part)));
      }),
    );
    const taken = answers.map((answer) => {
      if (answer.status === "fulfilled") return answer.value;
      throw answer.reason instanceof ServingError || answer.reason instanceof EventsNotStored
        ? answer.reason
        : new EventsNotStored("a shard failed", { cause: answer.reason });
    });
    for (const { accepted, duplicates } of taken) {
      sum = { accepted: sum.accepted + accepted, duplicates: sum.duplicates + duplicates };
    }
    left = taken.flatMap(({ moved }) => moved);
  }
  if (left.length > 0) throw new EventsNotStored("the shards of the project move all the time");
  return sum;
}

/** What an object took of its part, and what it did not. */
function takenOf([object, part]: Part, { layout, answer }: Placed<AppendAnswer>) {
  if (answer === "closed") throw projectIsDeleted();
  if (layout === null) return { accepted: 0, duplicates: 0, moved: part };
  if (answer === null) throw new EventsNotStored("a shard is full");
  const { width } = layout;
  const moved = width === 1 ? [] : part.filter((event) => !hasShard(object, width, shardOf(event.user_id)));
  return { ...answer, moved };
}

/** Events in their order, by the object of their shard. */
function byObject(calls: ObjectCalls, events: readonly StoredEvent[]): Part[] {
  const parts = new Map<number, StoredEvent[]>();
  for (const event of events) {
    const object = calls.objectOf(shardOf(event.user_id));
    const part = parts.get(object);
    if (part) part.push(event);
    else parts.set(object, [event]);
  }
  return [...parts];
}
