import type { Catalogue } from "../en/catalogue.ts";
import { charts } from "./charts.ts";
import { events } from "./events.ts";
import { experiments } from "./experiments.ts";
import { inspect } from "./inspect.ts";
import { live } from "./live.ts";
import { onboarding } from "./onboarding.ts";
import { quality } from "./quality.ts";
import { rules } from "./rules.ts";
import { shell } from "./shell.ts";
import { study } from "./study.ts";
import { usage } from "./usage.ts";
import { webhooks } from "./webhooks.ts";

export const ja: Catalogue = {
  charts,
  events,
  experiments,
  inspect,
  live,
  onboarding,
  quality,
  rules,
  shell,
  study,
  usage,
  webhooks,
};
