/** The tables of a project's members and of the links that invite them. */
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { PROJECT_ROLES } from "#contract/project-role.ts";
import { account } from "./account-schema.ts";
import { createdAt, id, updatedAt } from "./columns.ts";
import { projectId } from "./project-schema.ts";

/** Accounts, without the one that made the project, which is an owner without a row here. */
export const projectMember = sqliteTable(
  "project_member",
  {
    id: id(),
    projectId: projectId(),
    accountId: integer("user_id")
      .notNull()
      .references(() => account.id, { onDelete: "cascade" }),
    role: text("role", { enum: PROJECT_ROLES }).notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("project_member_pair").on(table.projectId, table.accountId),
    index("project_member_account").on(table.accountId, table.role, table.projectId),
  ],
);

/** A row until it is accepted, withdrawn or expired. */
export const projectInvitation = sqliteTable(
  "project_invitation",
  {
    id: id(),
    projectId: projectId(),
    invitedBy: integer("invited_by")
      .notNull()
      .references(() => account.id, { onDelete: "cascade" }),
    role: text("role", { enum: PROJECT_ROLES }).notNull(),
    note: text("note").notNull().default(""),
    /** Hex SHA-256 of the secret in the link. */
    tokenHash: text("token_hash").notNull(),
    expiresAt: integer("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("project_invitation_token").on(table.tokenHash),
    index("project_invitation_project").on(table.projectId, table.id),
    index("project_invitation_inviter").on(table.invitedBy),
  ],
);
