import { live } from "./live.ts";
import { shell } from "./shell.ts";
import { study } from "./study.ts";

export const en = { live, shell, study };
