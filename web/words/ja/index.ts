import type { Catalogue } from "../en/catalogue.ts";
import { account } from "./account.ts";
import { accounts } from "./accounts.ts";
import { activity } from "./activity.ts";
import { algorithms } from "./algorithms.ts";
import { auth } from "./auth.ts";
import { charts } from "./charts.ts";
import { common } from "./common.ts";
import { components } from "./components.ts";
import { configurations } from "./configurations.ts";
import { count } from "./count.ts";
import { data } from "./data.ts";
import { errors } from "./errors.ts";
import { events } from "./events.ts";
import { experiments } from "./experiments.ts";
import { inspect } from "./inspect.ts";
import { keys } from "./keys.ts";
import { live } from "./live.ts";
import { measuring } from "./measuring.ts";
import { models } from "./models.ts";
import { onboarding } from "./onboarding.ts";
import { palette } from "./palette.ts";
import { projects } from "./projects.ts";
import { quality } from "./quality.ts";
import { retraining } from "./retraining.ts";
import { rules } from "./rules.ts";
import { settings } from "./settings.ts";
import { shell } from "./shell.ts";
import { study } from "./study.ts";
import { team } from "./team.ts";
import { terms } from "./terms.ts";
import { tuning } from "./tuning.ts";
import { usage } from "./usage.ts";
import { webhooks } from "./webhooks.ts";
import { weights } from "./weights.ts";

export const ja: Catalogue = {
  account,
  accounts,
  activity,
  algorithms,
  auth,
  charts,
  common,
  components,
  configurations,
  count,
  data,
  errors,
  events,
  experiments,
  inspect,
  keys,
  live,
  measuring,
  models,
  onboarding,
  palette,
  projects,
  quality,
  retraining,
  rules,
  settings,
  shell,
  study,
  team,
  terms,
  tuning,
  usage,
  webhooks,
  weights,
};

export { algorithmTexts } from "./algorithm-texts.ts";
