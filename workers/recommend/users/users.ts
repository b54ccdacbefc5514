/** Writes and reads properties of users: what applications wrote, over what the uploaded user metadata say. */
import type { UserPropertiesResponse } from "#contract/user-properties.ts";
import { describedUser, type UserWrite, type WrittenProperties } from "#jobs/event-shard/user-properties.ts";
import { type EventShards, EventsNotStored } from "../events/event-shards.ts";
import { ServingError } from "../http/errors.ts";
import type { ProjectFiles } from "../items/project-files.ts";

export interface Users {
  /** Answers with the user after the properties are durable. Throws 422 without room for them, 503 when they could not be stored. */
  write(projectId: number, write: UserWrite): Promise<UserPropertiesResponse>;
  /** Null for a user of whom nothing was written, by no application and in no file. */
  find(projectId: number, userId: string): Promise<UserPropertiesResponse | null>;
}

export interface UsersDeps {
  readonly shards: Pick<EventShards, "writeUser" | "recentOf">;
  readonly files: (projectId: number) => Promise<ProjectFiles>;
  readonly logError: (event: string, error: unknown) => void;
}

const RETRY_SOON = { "Retry-After": "1" };

export function createUsers({ shards, files, logError }: UsersDeps): Users {
  /** Of a store that fails for a moment. */
  async function orLater<Value>(event: string, detail: string, work: Promise<Value>): Promise<Value> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof ServingError) throw error;
      logError(event, error instanceof EventsNotStored ? (error.cause ?? error) : error);
      throw new ServingError(503, detail, RETRY_SOON);
    }
  }
  const writtenOf = async (projectId: number, userId: string) => {
    const detail = "The properties of the user cannot be read at the moment.";
    return (await orLater("user_not_read", detail, shards.recentOf(projectId, userId))).properties;
  };
  const describe = async (projectId: number, userId: string, written: WrittenProperties | null) => {
    const record = written?.isPartial === false ? null : await (await files(projectId)).userRecord(userId);
    const properties = describedUser(written, record);
    return properties && { user_id: userId, properties, updated_at: written?.updatedAt ?? null };
  };
  return {
    async write(projectId, write) {
      const detail = "The properties could not be stored. Send them again.";
      const result = await orLater("user_not_stored", detail, shards.writeUser(projectId, write));
      if (!result.ok) {
        throw new ServingError(422, [{ type: "too_much", loc: ["body"], msg: result.message, input: null }]);
      }
      const { userId } = write;
      // A user who is others, too, has their properties below the own ones.
      const written = (await writtenOf(projectId, userId)) ?? result.row;
      const user = await describe(projectId, userId, written);
      return user ?? { user_id: userId, properties: {}, updated_at: written.updatedAt };
    },
    async find(projectId, userId) {
      return describe(projectId, userId, await writtenOf(projectId, userId));
    },
  };
}
