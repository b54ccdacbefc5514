import { charts } from "./charts.ts";
import { experiments } from "./experiments.ts";
import { live } from "./live.ts";
import { shell } from "./shell.ts";
import { study } from "./study.ts";

export const en = {
  charts,
  experiments,
  live,
  shell,
  study,
};
