/** Queues and their consumers. */
import { type Account, type Consumer, newId, type StoredQueue } from "./account.ts";
import { ApiError, json, paged, type Request, type Routes } from "./protocol.ts";

function requireQueues({ enabled }: Account): void {
  if (enabled.queues === "paid-only") {
    const message =
      "Queues are unavailable on the free plan. Please upgrade to a Workers Paid plan to create and use Queues";
    throw new ApiError(403, 100129, message);
  }
  if (enabled.queues === "not-yet") {
    throw new ApiError(403, 11002, "In order to use Queues, you must enable your account in the dashboard.");
  }
}

function queueOf(account: Account, id: string | undefined): readonly [string, StoredQueue] {
  requireQueues(account);
  const found = [...account.queues].find(([, queue]) => queue.id === id);
  if (!found) throw new ApiError(404, 11000, "Queue not found");
  return found;
}

type SentConsumer = Omit<Consumer, "consumer_id" | "script"> & { script_name: string };

function consumerOf(account: Account, request: Request): Omit<Consumer, "consumer_id"> {
  const { script_name: script, ...sent } = json<SentConsumer>(request);
  if (!account.scripts.has(script))
    throw new ApiError(400, 10007, "This Worker does not exist on your account.");
  const dead = sent.dead_letter_queue;
  if (dead && !account.queues.has(dead)) throw new ApiError(400, 11000, `Queue ${dead} not found`);
  return { ...sent, script };
}

export const queueRoutes: Routes = [
  [
    "GET",
    /^\/queues$/,
    (account, { query }) => {
      requireQueues(account);
      const names = query.getAll("name");
      const all = [...account.queues].map(([name, { id, consumers }]) => ({
        queue_id: id,
        queue_name: name,
        consumers: consumers.map((consumer) => ({ ...consumer, environment: "production" })),
      }));
      return paged(
        all.filter(({ queue_name: name }) => names.length === 0 || names.includes(name)),
        query,
      );
    },
  ],
  [
    "POST",
    /^\/queues$/,
    (account, request) => {
      requireQueues(account);
      const { queue_name: name } = json<{ queue_name: string }>(request);
      if (account.queues.has(name)) throw new ApiError(409, 11009, `Queue name '${name}' is already taken.`);
      const id = newId(account);
      account.queues.set(name, { id, consumers: [] });
      return { queue_id: id, queue_name: name };
    },
  ],
  [
    "DELETE",
    /^\/queues\/([^/]+)$/,
    (account, { names: [id] }) => {
      const [name, queue] = queueOf(account, id);
      if (queue.consumers.length > 0) throw new ApiError(400, 11005, "The queue still has consumers.");
      account.queues.delete(name);
    },
  ],
  [
    "POST",
    /^\/queues\/([^/]+)\/consumers$/,
    (account, request) => {
      const [, queue] = queueOf(account, request.names[0]);
      if (queue.consumers.length > 0) throw new ApiError(400, 11004, "workers.api.error.consumer_exists");
      const consumer = { consumer_id: newId(account), ...consumerOf(account, request) };
      queue.consumers.push(consumer);
      return consumer;
    },
  ],
  [
    "PUT",
    /^\/queues\/([^/]+)\/consumers\/([^/]+)$/,
    (account, request) => {
      const [, { consumers }] = queueOf(account, request.names[0]);
      const at = consumers.findIndex(({ consumer_id: id }) => id === request.names[1]);
      if (at < 0) throw new ApiError(404, 11003, "Consumer not found");
      consumers[at] = { consumer_id: request.names[1] ?? "", ...consumerOf(account, request) };
      return consumers[at];
    },
  ],
  [
    "DELETE",
    /^\/queues\/([^/]+)\/consumers\/([^/]+)$/,
    (account, { names: [queueId, id] }) => {
      const [, { consumers }] = queueOf(account, queueId);
      const at = consumers.findIndex((consumer) => consumer.consumer_id === id);
      if (at < 0) throw new ApiError(404, 11003, "Consumer not found");
      consumers.splice(at, 1);
    },
  ],
];
