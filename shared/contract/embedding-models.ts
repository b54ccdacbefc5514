/** The models of Workers AI that can make vectors of texts, by the names of the setting. */
export const EMBEDDING_MODELS = {
  /** Many languages. */
  "bge-m3": { id: "@cf/baai/bge-m3", width: 1024 },
  /** English. */
  "bge-small": { id: "@cf/baai/bge-small-en-v1.5", width: 384 },
} as const;

export type EmbeddingModel = keyof typeof EMBEDDING_MODELS;

/** The column of vectors that texts become. An application may also give it as a property of an item. */
export const TEXT_EMBEDDING = "text_embedding";
