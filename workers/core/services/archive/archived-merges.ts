import type { ArchiveRow } from "#contract/archive.ts";
import { BadArchive } from "#storage/tar.ts";
import { isArchivedId } from "./archived-id.ts";

type Merge = Pick<ArchiveRow<"user_merge">, "from_user" | "to_user">;

/** The merges of one archive: each of them could be one of `/v1/users/merge`. */
export class ArchivedMerges {
  /** Of a merged user, a user further along the chain. */
  readonly #next = new Map<string, string>();

  /** Throws `BadArchive` for an id that no user has, and for a merge that leads back to its user. */
  add({ from_user: from, to_user: to }: Merge): void {
    for (const id of [from, to]) {
      if (!isArchivedId(id)) throw new BadArchive("A merge of the archive has an id that no user can have.");
    }
    if (this.#next.has(from)) throw new BadArchive(`The archive merges "${from}" into two users.`);
    if (this.#lastOf(to) === from) throw new BadArchive(`The archive merges "${from}" in a circle.`);
    this.#next.set(from, to);
  }

  /** Who a user is in the end. The users passed go there in one step from then on. */
  #lastOf(user: string): string {
    const passed: string[] = [];
    let last = user;
    for (let next = this.#next.get(last); next !== undefined; next = this.#next.get(last)) {
      passed.push(last);
      last = next;
    }
    for (const one of passed) this.#next.set(one, last);
    return last;
  }
}
