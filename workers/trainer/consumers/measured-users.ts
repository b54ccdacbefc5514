import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { validationSample, watchedSample } from "#engine/tune/plan/validation-sample.ts";

/** Whom the trials of a study are measured on. */
export interface MeasuredUsers {
  readonly users: Uint32Array;
  /** Some of them, on whom the epochs of a fit are watched; null: all. */
  readonly watchedUsers: Uint32Array | null;
}

const known = new WeakMap<CsrMatrix, { readonly seed: number; readonly found: MeasuredUsers }>();

/** Drawn once for the validation part that stays loaded from trial to trial. */
export function measuredUsers(validation: CsrMatrix, seed: number): MeasuredUsers {
  const last = known.get(validation);
  if (last?.seed === seed) return last.found;
  const users = validationSample(validation, seed);
  const found = { users, watchedUsers: watchedSample(validation, users, seed) };
  known.set(validation, { seed, found });
  return found;
}
