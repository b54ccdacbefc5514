/** Takes what projects' own databases say. Rows are checked as requests are, each for itself. */
import type { ValidationProblem } from "#contract/inference.ts";
import { userPropertiesRequest } from "#contract/user-properties.ts";
import type { DescribedRow, Intake, Taken } from "#services/intake.ts";
import type { EventShards } from "./events/event-shards.ts";
import { readEvents } from "./events/read-events.ts";
import { cleanedId } from "./http/cleaned-id.ts";
import { ServingError } from "./http/errors.ts";
import type { Received } from "./http/received-list.ts";
import { parsePart } from "./http/validation.ts";
import type { Items } from "./items/items.ts";
import { problemOf, readItems } from "./items/read-items.ts";
import type { Users } from "./users/users.ts";

export interface IntakeDeps {
  readonly shards: EventShards;
  readonly items: Items;
  readonly users: Users;
  readonly now: () => number;
}

/** A text of a source has this for its reason, at most. */
const MAX_REASON_LENGTH = 300;
/** Users whose properties are written together. */
const USERS_AT_ONCE = 50;

export function createIntake({ shards, items, users, now }: IntakeDeps): Intake {
  return {
    async events(projectId, rows) {
      const { events, rejected } = readEvents(receivedOf(rows), now());
      const stored =
        events.length > 0 ? await shards.append(projectId, events) : { accepted: 0, duplicates: 0 };
      return { accepted: stored.accepted, repeated: stored.duplicates, refused: rejected.map(refusedOf) };
    },
    async items(projectId, rows) {
      const asked = rows.map(({ id, properties }: DescribedRow) => ({ item_id: id, properties }));
      const { writes, rejected } = readItems(receivedOf(asked), "replace");
      const results = await items.write(
        projectId,
        writes.map(({ write }) => write),
        false,
      );
      const refused = writes.flatMap(({ position, write }, at) => {
        const result = results[at];
        if (!result || result.ok) return [];
        return [{ position, reason: problemOf(result.refusal, write).msg }];
      });
      const [changed, unchanged] = [false, true].map(
        (isUnchanged) => results.filter((result) => result.ok && result.isUnchanged === isUnchanged).length,
      );
      return {
        accepted: changed ?? 0,
        repeated: unchanged ?? 0,
        refused: [...rejected.map(refusedOf), ...refused],
      };
    },
    async users(projectId, rows) {
      const refused: Taken["refused"][number][] = [];
      for (let from = 0; from < rows.length; from += USERS_AT_ONCE) {
        const part = rows.slice(from, from + USERS_AT_ONCE);
        const problems = await Promise.all(part.map((row) => writeUser(users, projectId, row)));
        for (const [at, detail] of problems.entries()) {
          if (detail) refused.push(refusedOf({ position: from + at, detail }));
        }
      }
      return { accepted: rows.length - refused.length, repeated: 0, refused };
    },
  };
}

/** @returns What is wrong with the row; null if it is stored. */
async function writeUser(
  users: Users,
  projectId: number,
  { id, properties }: DescribedRow,
): Promise<readonly ValidationProblem[] | null> {
  try {
    const userId = cleanedId(id, ["body", "user_id"]);
    const checked = parsePart(userPropertiesRequest, { properties }, "body");
    await users.write(projectId, { kind: "replace", userId, ...checked });
    return null;
  } catch (error) {
    if (!(error instanceof ServingError) || error.status !== 422) throw error;
    return error.detail as ValidationProblem[];
  }
}

function receivedOf(rows: readonly unknown[]): Received[] {
  return rows.map((row, position) => ({ position, read: () => row }));
}

function refusedOf({
  position,
  detail,
}: {
  readonly position: number;
  readonly detail: readonly { readonly loc: readonly (string | number)[]; readonly msg: string }[];
}): Taken["refused"][number] {
  const text = detail.map(({ loc, msg }) => `${loc.slice(1).join(".")}: ${msg}`).join("; ");
  return { position, reason: text.slice(0, MAX_REASON_LENGTH) };
}
