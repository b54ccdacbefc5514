import { EngineError } from "#engine/engine-error.ts";

/** The part of the binding of Workers AI that makes vectors of texts. */
export interface TextModels {
  run(model: string, input: { readonly text: string[] }): Promise<unknown>;
}

/** A text is tried this often. */
const ATTEMPTS = 4;
const FIRST_WAIT_MS = 500;

export interface ModelEffects {
  readonly models: TextModels;
  readonly wait: (ms: number) => Promise<void>;
}

/**
 * A vector for each text. A call that fails, or answers something else, is made again after twice the time. Throws the last failure: the
 * message is then delivered again, and what is cached is not asked for again.
 */
export async function vectorsOfTexts(
  { models, wait }: ModelEffects,
  { id, width }: { readonly id: string; readonly width: number },
  texts: readonly string[],
): Promise<Float32Array[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return parseVectors(await models.run(id, { text: [...texts] }), texts.length, width);
    } catch (error) {
      if (attempt === ATTEMPTS) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new EngineError(
          "UNSUPPORTED",
          `Workers AI made no vectors of ${texts.length} texts with ${id} in ${ATTEMPTS} calls: ${reason}`,
          { cause: error },
        );
      }
      await wait(FIRST_WAIT_MS * 2 ** (attempt - 1));
    }
  }
}

function parseVectors(answer: unknown, count: number, width: number): Float32Array[] {
  const data = (answer as { readonly data?: unknown } | null)?.data;
  if (!Array.isArray(data) || data.length !== count) throw new Error(`The answer has no ${count} vectors.`);
  return data.map((row: unknown) => {
    const vector = Float32Array.from(Array.isArray(row) ? row : []);
    if (vector.length === width && vector.every(Number.isFinite)) return vector;
    throw new Error(`The answer has a vector that is not ${width} numbers.`);
  });
}
