import type { IdMap } from "./id-map.ts";

/** Two maps as one: the indices of `added` follow those of `base`. */
export class LayeredIdMap implements IdMap {
  readonly base: IdMap;
  readonly added: IdMap;

  constructor(base: IdMap, added: IdMap) {
    this.base = base;
    this.added = added;
  }

  get size(): number {
    return this.base.size + this.added.size;
  }

  indexOf(id: string): number {
    const found = this.base.indexOf(id);
    if (found >= 0) return found;
    const added = this.added.indexOf(id);
    return added < 0 ? -1 : this.base.size + added;
  }

  idAt(index: number): string {
    return index < this.base.size ? this.base.idAt(index) : this.added.idAt(index - this.base.size);
  }
}
