import { EMBEDDING_MODELS, type EmbeddingModel } from "#contract/embedding-models.ts";
import type { VectorRows } from "#engine/data/vector-rows.ts";
import { EngineError } from "#engine/engine-error.ts";
import { type EmbedEffects, type EmbedInput, embedTexts } from "./embed-texts.ts";
import type { TextModels } from "./text-model.ts";

/** Workers AI makes vectors of the titles and texts of items that have no column of vectors. */
export interface TextEmbedding {
  readonly model: EmbeddingModel;
  /** Throws when Workers AI does not answer, or is not bound. */
  readonly embed: (input: Omit<EmbedInput, "model">) => Promise<VectorRows>;
}

interface Effects extends Omit<EmbedEffects, "models"> {
  /** Undefined where the Worker has no binding of Workers AI. */
  readonly models: TextModels | undefined;
}

const NO_BINDING =
  "EDGEWISE_EMBEDDING_MODEL is set, and the trainer has no binding of Workers AI. On a developer's machine, unset it and give the table of " +
  'items a column of vectors; deployed, uncomment "[ai]" in workers/trainer/wrangler.toml. See docs/guides/embeddings.md.';

/**
 * What makes vectors of texts; null without a name, or for one that the api Worker refuses, too. A name without the binding fails the jobs that
 * need it, and says why.
 */
export function textEmbedding(
  name: string | undefined,
  { models, ...effects }: Effects,
): TextEmbedding | null {
  if (!name || !(name in EMBEDDING_MODELS)) return null;
  const model = name as EmbeddingModel;
  return {
    model,
    embed: async (input) => {
      if (!models) throw new EngineError("BAD_DATA", NO_BINDING);
      return embedTexts({ ...effects, models }, { ...input, model });
    },
  };
}
