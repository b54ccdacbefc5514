import type { PreviewResult } from "#services/preview.ts";
import { ArtifactMissing } from "#storage/artifact-store.ts";
import { Overloaded } from "./memory/byte-bounded-cache.ts";
import { isUnusable } from "./memory/model-cache.ts";

/** Turns errors of an unusable artifact into a value; throws all others. */
export async function answered<T>(answer: () => Promise<PreviewResult<T>>): Promise<PreviewResult<T>> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof Overloaded) return { ok: false, code: "OVERLOADED", message: error.message };
    if (!isUnusable(error)) throw error;
    const code = error instanceof ArtifactMissing ? "NO_ARTIFACT" : "BAD_ARTIFACT";
    return { ok: false, code, message: error.message };
  }
}
