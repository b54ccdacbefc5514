import { live } from "./live.ts";
import { shell } from "./shell.ts";

export const en = { live, shell };
