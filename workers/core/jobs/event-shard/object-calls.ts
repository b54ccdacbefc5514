/** Calls of a project's event objects, wherever its shards are at the moment. */
import { ProjectLayout } from "./event-layout.ts";
import { type ObjectAddress, objectName } from "./shard-address.ts";
import type { EventNamespace, EventShardObject, Placed } from "./shard-object.ts";

type Call<Answer> = (object: EventShardObject, address: ObjectAddress) => Promise<Placed<Answer>>;

/** A growth needs one more call, and there are four; a project that is erased meanwhile needs a few. */
const MAX_ROUNDS = 8;

export class ObjectCalls {
  readonly #namespace: EventNamespace;
  readonly #projectId: number;
  #layout = new ProjectLayout();
  /** Whether object 0 said that the project has never had an event, at its last call. */
  isEmpty = false;

  constructor(namespace: EventNamespace, projectId: number) {
    this.#namespace = namespace;
    this.#projectId = projectId;
  }

  objectOf(shard: number): number {
    return this.#layout.objectOf(shard);
  }

  /** All objects of the project, as far as is known. */
  objects(): number[] {
    return this.#layout.objects();
  }

  /** One call of one object. Learns from the answer where shards are. */
  async call<Answer>(object: number, call: Call<Answer>): Promise<Placed<Answer>> {
    const address = { projectId: this.#projectId, object, first: this.#layout.first };
    const placed = await call(this.#namespace.get(this.#namespace.idFromName(objectName(address))), address);
    if (placed.layout) this.#layout.learn(object, placed.layout);
    else this.#layout = new ProjectLayout();
    if (object === 0) this.isEmpty = placed.layout === null;
    return placed;
  }

  /** The answer of the object that has a shard. */
  async ofShard<Answer>(shard: number, call: Call<Answer>): Promise<Answer> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const object = this.objectOf(shard);
      const { layout, answer } = await this.call(object, call);
      const isThere = layout === null ? object === 0 : this.objectOf(shard) === object;
      if (isThere) return answer;
    }
    throw new Error("The event shards of the project move all the time.");
  }

  /** The answers of all objects that have or had a shard, one after another, the present one last. */
  async *ofPath<Answer>(shard: number, call: Call<Answer>): AsyncGenerator<Answer> {
    const asked = new Set<number>();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const object = this.#layout.pathTo(shard).find((one) => !asked.has(one));
      if (object === undefined) return;
      asked.add(object);
      yield (await this.call(object, call)).answer;
    }
  }

  /** The answers of all objects. */
  async ofAll<Answer>(call: Call<Answer>): Promise<Answer[]> {
    const answers = new Map<number, Answer>();
    for (;;) {
      const unasked = this.#layout.objects().filter((object) => !answers.has(object));
      if (unasked.length === 0) return [...answers.values()];
      const calls = unasked.map(async (object) => {
        answers.set(object, (await this.call(object, call)).answer);
      });
      await Promise.all(calls);
    }
  }
}
