import type { Catalogue } from "../en/catalogue.ts";
import { charts } from "./charts.ts";
import { experiments } from "./experiments.ts";
import { live } from "./live.ts";
import { shell } from "./shell.ts";
import { study } from "./study.ts";

export const ja: Catalogue = {
  charts,
  experiments,
  live,
  shell,
  study,
};
