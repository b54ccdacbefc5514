/** What an artifact can be; a reader names the kind it can use and is refused any other. */
export const DATASET_KIND = "dataset";
export const METADATA_KIND = "item-metadata";
export const MODEL_KIND = "model";
export const CHECKPOINT_KIND = "checkpoint";
