import type { Catalogue } from "../en/catalogue.ts";
import { live } from "./live.ts";
import { shell } from "./shell.ts";
import { study } from "./study.ts";

export const ja: Catalogue = { live, shell, study };
