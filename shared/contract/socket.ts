import * as z from "zod";
import { trialResponse } from "./tuning-job.ts";

/** Close codes after the handshake, so that a browser can tell why it was refused. */
export const CLOSE_UNAUTHENTICATED = 4401;
export const CLOSE_FORBIDDEN = 4403;

/**
 * Frames of `/ws/job/{id}/status/` and `/ws/job/{id}/logs/`. `seq` counts the frames of one connection from 0. `trial` frames
 * come only to those who ask: with `?trials=1` all trials so far on connect, then each change; with `?trials=changes` the changes
 * alone. A log begins with its 500 oldest lines, as in Recotem. With `?lines=1` it begins with the newest lines, each with its
 * number; an `earlier` request gets an `earlier` frame with the lines before.
 */
export const socketFrame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("status_update"),
    status: z.string(),
    data: z.record(z.string(), z.unknown()),
    seq: z.number().int(),
  }),
  z.object({
    type: z.literal("log"),
    message: z.string(),
    timestamp: z.string(),
    buffered: z.boolean().optional(),
    /** From 1. */
    line: z.number().int().optional(),
    seq: z.number().int(),
  }),
  z.object({ type: z.literal("trial"), trial: trialResponse, seq: z.number().int() }),
  /** In order; fewer than requested at the beginning of the log. */
  z.object({
    type: z.literal("earlier"),
    lines: z.array(z.object({ line: z.number().int(), timestamp: z.string(), message: z.string() })),
    seq: z.number().int(),
  }),
  z.object({ type: z.literal("ping") }),
]);
export type SocketFrame = z.infer<typeof socketFrame>;

export const MAX_EARLIER_LINES = 500;

/** What a client may send, as JSON: the answer to a ping, and a request for the lines before a number. */
export const socketRequest = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: "custom", message: "Not JSON." });
      return z.NEVER;
    }
  })
  .pipe(
    z.discriminatedUnion("type", [
      z.object({ type: z.literal("pong") }),
      z.object({
        type: z.literal("earlier"),
        before: z.number().int().min(1),
        limit: z.number().int().min(1).max(MAX_EARLIER_LINES),
      }),
    ]),
  );
export type SocketRequest = z.output<typeof socketRequest>;
