/** The table of saved rules. Its triggers write a mark for each change of what serving reads (migration `saved_rules`). */
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { RULE_KINDS } from "#contract/saved-rule.ts";
import { createdAt, flag, id, updatedAt } from "./columns.ts";
import { projectId } from "./project-schema.ts";

export const savedRule = sqliteTable(
  "saved_rule",
  {
    id: id(),
    projectId: projectId(),
    name: text("name").notNull(),
    kind: text("kind", { enum: RULE_KINDS }).notNull(),
    rule: text("rule").notNull(),
    priority: integer("priority").notNull(),
    startsAt: integer("starts_at"),
    endsAt: integer("ends_at"),
    isEnabled: flag("is_enabled").notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("saved_rule_name").on(table.projectId, table.name),
    index("saved_rule_project").on(table.projectId, table.id),
  ],
);
