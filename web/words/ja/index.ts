import type { Catalogue } from "../en/catalogue.ts";
import { shell } from "./shell.ts";

export const ja: Catalogue = { shell };
