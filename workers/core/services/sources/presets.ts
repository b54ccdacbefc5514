/** Mappings for the tables of known applications. */
import type { InteractionTable, POSTGRES_PRESETS, SourceMapping } from "#contract/postgres-source.ts";

/** A table of the K-pop service that says which user did something with which post. */
function actsOn(table: string, event_type: string): InteractionTable {
  return {
    ...{ table, event_type, key_column: "id", user_column: "userId", item_column: "postId" },
    cursor_column: "createdAt",
  };
}

export const PRESETS: Readonly<Record<(typeof POSTGRES_PRESETS)[number], SourceMapping>> = {
  kpop: {
    interactions: [actsOn("post_view", "view"), actsOn("post_like", "like"), actsOn("comment", "comment")],
    items: {
      ...{ table: "post", key_column: "id", cursor_column: "updatedAt" },
      properties: [
        { column: "metadata", path: ["tags"], name: "tags" },
        { column: "communityId" },
        { column: "authorId" },
        { column: "createdAt" },
        { column: "view_count" },
        { column: "like_count" },
        { column: "comment_count" },
      ],
      lists: [],
    },
    users: {
      ...{ table: "user", key_column: "id", cursor_column: "updatedAt" },
      properties: [{ column: "role" }],
      lists: [
        {
          ...{ name: "communities", table: "community_follower", key_column: "id" },
          ...{ owner_column: "userId", value_column: "communityId", where_column: "isActive" },
          cursor_column: "updatedAt",
        },
      ],
    },
  },
};
