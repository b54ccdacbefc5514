import { type Flatten, flatten, translator } from "@solid-primitives/i18n";
import { createMemo, createRoot } from "solid-js";
import type { Catalogue } from "./en/catalogue.ts";
import { catalogue } from "./language.ts";

const flat = createRoot(() => createMemo((): Flatten<Catalogue> => flatten(catalogue())));

/**
 * A text in the visitor's language: `t("shell.signOut")`, `t("shell.accountOf", name)`. Read it where it is shown (in JSX, in a
 * getter), not at the top of a module, so that it follows a change of the language.
 */
export const t = translator(flat);
