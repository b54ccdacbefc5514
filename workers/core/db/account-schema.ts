/** The tables of accounts and their sessions. */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { createdAt, flag, id } from "./columns.ts";

export const account = sqliteTable(
  "user",
  {
    id: id(),
    username: text("username").notNull(),
    email: text("email").notNull().default(""),
    firstName: text("first_name").notNull().default(""),
    lastName: text("last_name").notNull().default(""),
    /** scrypt, with its parameters: `scrypt$N$r$p$salt$hash`. */
    passwordHash: text("password_hash").notNull(),
    isStaff: flag("is_staff").notNull().default(false),
    isSuperuser: flag("is_superuser").notNull().default(false),
    isActive: flag("is_active").notNull().default(true),
    /** Part of every token; raising it ends all sessions of the account. */
    tokenVersion: integer("token_version").notNull().default(0),
    createdAt: createdAt(),
    lastLoginAt: integer("last_login_at"),
  },
  (table) => [uniqueIndex("user_username").on(sql`lower(${table.username})`)],
);

/** One row per issued refresh token until it expires; reusing a spent one revokes its whole family. */
export const refreshToken = sqliteTable(
  "refresh_token",
  {
    /** The token's `jti`. */
    id: text("id").primaryKey(),
    accountId: integer("user_id")
      .notNull()
      .references(() => account.id, { onDelete: "cascade" }),
    family: text("family").notNull(),
    /** When the session was opened. 0 for sessions from before this was kept, as in the next two columns. */
    startedAt: integer("started_at").notNull().default(0),
    issuedAt: integer("issued_at").notNull().default(0),
    /** The user agent of the request that got this token, cut at `MAX_DEVICE_LENGTH`. */
    device: text("device").notNull().default(""),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
    revokedAt: integer("revoked_at"),
  },
  (table) => [
    index("refresh_token_family").on(table.family),
    index("refresh_token_account").on(table.accountId),
    index("refresh_token_expiry").on(table.expiresAt),
  ],
);

/**
 * A one-time permission to open a socket soon: with a handshake, browsers can send a token only in the address. Deleted when
 * used.
 */
export const socketTicket = sqliteTable(
  "socket_ticket",
  {
    /** Hex SHA-256 of the ticket. */
    id: text("id").primaryKey(),
    accountId: integer("user_id")
      .notNull()
      .references(() => account.id, { onDelete: "cascade" }),
    /** The session that requested it. */
    family: text("family").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [index("socket_ticket_expiry").on(table.expiresAt)],
);
