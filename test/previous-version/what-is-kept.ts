/** What `kept/` holds of a release: where its files are, whose they are, and the secret that signed them (of no deployment). */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const KEPT = join(import.meta.dirname, "kept");
export const KEPT_SECRET = "the secret of the kept files, of no deployment";
export const PROJECT_ID = 7;
export const USER = "ann";

/** For each model, the scores of the user's own profile, one an item; item ids in their order. */
export interface KeptAnswers {
  readonly items: readonly string[];
  readonly interactions: number;
  readonly scores: Readonly<Record<string, readonly number[]>>;
  /** What the interrupted fit of the checkpoint comes to when it goes on. */
  readonly resumed: readonly number[];
  /** The scores of a component as a blend keeps it. */
  readonly part: readonly number[];
  readonly record: Readonly<Record<string, unknown>>;
}

/** How the fit of the checkpoint was called. */
export const CHECKPOINT_PARAMS = { n_components: 2, train_epochs: 4 };
export const CHECKPOINT_SEED = 5;

export const answersPath = join(KEPT, "answers.json");
export const messagesPath = join(KEPT, "messages.json");

export function keptAnswers(): KeptAnswers {
  return JSON.parse(readFileSync(answersPath, "utf8")) as KeptAnswers;
}

export function keptBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(KEPT, `${name}.edgewise`)));
}
