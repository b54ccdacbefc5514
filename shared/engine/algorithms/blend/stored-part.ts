import type { Section } from "../../artifact/section.ts";
import type { Steps } from "../../in-steps.ts";
import { quantizeItemFactors } from "../factor-store/stored-factors.ts";
import type { Model } from "../fit/algorithm.ts";
import { requireFiniteSections } from "../fit/finite-fit.ts";

/**
 * A fitted component in the form in which a blend keeps it: without user factors, and with item factors at one byte each where
 * `isQuantized`. Throws `BAD_DATA` when a number of it is not finite. The model remains the caller's.
 *
 * @param isLast See `EncodeOptions`.
 */
export function* storedPart(model: Model, isQuantized: boolean, isLast = false): Steps<Section[]> {
  const options = { int8Factors: isQuantized, isLast };
  const sections = model.encodeInSteps ? yield* model.encodeInSteps(options) : model.encode(options);
  yield* requireFiniteSections(model.algorithm, sections);
  return isQuantized ? quantizeItemFactors(sections, model.itemCount) : sections;
}
