/**
 * How the 16 shards of a project lie on its event objects. A new project has one object, number 0, with all shards. An object that has
 * too much to do doubles its width: it keeps the shards whose number modulo the width is its own, and gives the others to a new object.
 * So the objects are a tree, as in extendible hashing, and each decides alone. A caller that does not know of a growth asks the old
 * object, which says its width.
 *
 * Projects that are older than this began with 16 objects, one for each shard.
 */
import { EVENT_SHARDS } from "./shard-address.ts";

/** What an event object says about its place. All are powers of two. */
export interface ObjectLayout {
  /** It has the shards whose number modulo the width is its own. */
  readonly width: number;
  /** How many objects the project began with: 1, or 16. */
  readonly first: number;
}

/** Whether an object has a shard. */
export function hasShard(object: number, width: number, shard: number): boolean {
  return shard % width === object;
}

/** The layout that an object begins with. */
export function firstLayout(object: number, first: number): ObjectLayout {
  return { width: Math.max(first, 2 * highestBit(object)), first };
}

/** Who gave an object its shards; null for those that the project began with. */
export function parentOf(object: number, first: number): number | null {
  return object < first ? null : object - highestBit(object);
}

/** 2^k ≤ object; one half for 0, so that object 0 begins with the width 1. */
function highestBit(object: number): number {
  return object === 0 ? 0.5 : 2 ** Math.floor(Math.log2(object));
}

/** What a caller knows of a project's objects. */
export class ProjectLayout {
  #first = 1;
  readonly #widths = new Map<number, number>();

  get first(): number {
    return this.#first;
  }

  learn(object: number, { width, first }: ObjectLayout): void {
    this.#first = first;
    this.#widths.set(object, width);
  }

  /** The objects that have or had a shard, the present one last. */
  pathTo(shard: number): number[] {
    let object = shard % this.#first;
    const path = [object];
    while (!hasShard(object, this.#widthOf(object), shard)) {
      const difference = object ^ shard;
      object = shard % (2 * (difference & -difference));
      path.push(object);
    }
    return path;
  }

  /** The object that has a shard. */
  objectOf(shard: number): number {
    return this.pathTo(shard).at(-1) as number;
  }

  /** All objects. */
  objects(): number[] {
    const found = Array.from({ length: this.#first }, (_, object) => object);
    for (const object of found) {
      const { width } = firstLayout(object, this.#first);
      for (let bit = width; bit < this.#widthOf(object); bit *= 2) found.push(object + bit);
    }
    return found;
  }

  #widthOf(object: number): number {
    return this.#widths.get(object) ?? firstLayout(object, this.#first).width;
  }
}

/** How many shards an object of this width has. */
export function shardsWithin(width: number): number {
  return EVENT_SHARDS / width;
}
