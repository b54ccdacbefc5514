import type { IconName } from "../../components/icon.tsx";
import type { Place } from "./places.ts";

export const PLACE_ICONS: Readonly<Record<Place["name"], IconName>> = {
  overview: "home",
  data: "data",
  tuning: "sliders",
  models: "box",
  inspect: "search",
  live: "play",
  experiments: "columns",
  rules: "funnel",
  events: "pulse",
  webhooks: "arrow",
  usage: "monitor",
  retraining: "clock",
  keys: "key",
  team: "users",
  activity: "list",
  settings: "cog",
};
