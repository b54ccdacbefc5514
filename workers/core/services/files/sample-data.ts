import { generateSample, SHARED_SAMPLE } from "#engine/sample/generate-sample.ts";
import { AppError } from "../app-error.ts";

/**
 * A generated file in parts, for somebody without data of their own: `interactions.csv` or `items.csv`. Throws `not_found` for
 * another name.
 */
export function sampleFile(name: string): Generator<string> {
  const { interactionsCsv, itemsCsv } = generateSample(SHARED_SAMPLE.seed, SHARED_SAMPLE.endsAt);
  if (name === "interactions.csv") return interactionsCsv;
  if (name === "items.csv") return itemsCsv;
  throw new AppError("not_found", "There are two sample files: interactions.csv and items.csv.");
}
