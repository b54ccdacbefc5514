import { z } from "zod";
import { trialResponse } from "./tuning-job.ts";

/** Close codes after the handshake, so that a browser can tell why it was refused. */
export const CLOSE_UNAUTHENTICATED = 4401;
export const CLOSE_FORBIDDEN = 4403;

/**
 * Frames of `/ws/job/{id}/status/` and `/ws/job/{id}/logs/`. `seq` counts the frames of one connection from 0.
 * `trial` frames come only to those who ask with `?trials=1`: all trials so far on connect, then each change.
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
    seq: z.number().int(),
  }),
  z.object({ type: z.literal("trial"), trial: trialResponse, seq: z.number().int() }),
  z.object({ type: z.literal("ping") }),
]);
export type SocketFrame = z.infer<typeof socketFrame>;
