/** How a project's requests are spread over its slots, how much its lists explore, what new people get, and what is written of the answers. */
import * as z from "zod";
import { coldStartProblem, coldStartSettings } from "./cold-start.ts";
import { choice, float, jsonObject, text } from "./field.ts";

export const SLOT_DRAWS = ["user", "request"] as const;
export type SlotDraw = (typeof SLOT_DRAWS)[number];

export const IMPRESSION_MODES = ["client", "automatic"] as const;
export type ImpressionMode = (typeof IMPRESSION_MODES)[number];

const MAX_SALT_LENGTH = 64;
const DEFAULT_EXPLORATION_RATE = 0.05;

const coldStart = jsonObject("Must be an object of settings.").transform((given, context) => {
  const checked = coldStartSettings.safeParse(given);
  if (checked.success) return checked.data;
  context.issues.push({ code: "custom", message: coldStartProblem(checked.error), input: given });
  return z.NEVER;
});

/** Fields of a project's request, all optional. */
export const trafficRequest = z.object({
  /** Changing it draws the slot of every user again; with the former text everybody returns to the former slot. */
  slot_salt: text({ max: MAX_SALT_LENGTH, blank: true }).optional(),
  slot_draw: choice(SLOT_DRAWS, {
    user: "a user always gets the same slot",
    request: "each request is a draw of its own, as in Recotem",
  }).optional(),
  impressions: choice(IMPRESSION_MODES, {
    client: "the application sends impressions as events",
    automatic: "the platform writes the items of each answer as impressions",
  }).optional(),
  /** The share of answers whose impressions are written automatically. */
  impression_rate: float({ min: 0, max: 1 }).optional(),
  /** The share of written answers for which the lists of the other slots are made, too: a replay needs to know what else could have been shown. */
  replay_rate: float({ min: 0, max: 1 }).optional(),
  /** The share of positions that new items with few impressions get. */
  exploration_rate: float({ min: 0, max: 1 }).optional(),
  /** Rules that make the lists of people with few interactions; null for none. What an object does not name has its default. */
  cold_start: coldStart.nullish(),
});
export type TrafficRequest = z.infer<typeof trafficRequest>;

export const trafficResponse = z.object({
  slot_salt: z.string(),
  slot_draw: z.enum(SLOT_DRAWS),
  impressions: z.enum(IMPRESSION_MODES),
  impression_rate: z.number(),
  replay_rate: z.number(),
  exploration_rate: z.number(),
  cold_start: coldStartSettings.nullable(),
});
export type Traffic = z.infer<typeof trafficResponse>;

/** The settings as given; absent ones stay absent. */
export type TrafficSettings = { readonly [Field in keyof Traffic]?: Traffic[Field] | undefined };

/** The given settings, and the defaults of the others. */
export function toTraffic(settings: TrafficSettings | null | undefined): Traffic {
  return {
    slot_salt: settings?.slot_salt ?? "",
    slot_draw: settings?.slot_draw ?? "user",
    impressions: settings?.impressions ?? "client",
    impression_rate: settings?.impression_rate ?? 1,
    replay_rate: settings?.replay_rate ?? 0,
    exploration_rate: settings?.exploration_rate ?? DEFAULT_EXPLORATION_RATE,
    cold_start: settings?.cold_start ?? null,
  };
}

/** The settings in the fields of a request; null if there are none. */
export function trafficSettingsOf(request: TrafficRequest): TrafficSettings | null {
  const { slot_salt, slot_draw, impressions, impression_rate, replay_rate, exploration_rate, cold_start } =
    request;
  const settings = {
    ...(slot_salt !== undefined && { slot_salt }),
    ...(slot_draw !== undefined && { slot_draw }),
    ...(impressions !== undefined && { impressions }),
    ...(impression_rate !== undefined && { impression_rate }),
    ...(replay_rate !== undefined && { replay_rate }),
    ...(exploration_rate !== undefined && { exploration_rate }),
    ...(cold_start !== undefined && { cold_start }),
  };
  return Object.keys(settings).length === 0 ? null : settings;
}
