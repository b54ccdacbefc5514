/** The kinds of artifacts. A reader names the kind that it can use and refuses every other. */
export const DATASET_KIND = "dataset";
export const METADATA_KIND = "item-metadata";
export const MODEL_KIND = "model";
export const CATALOGUE_KIND = "catalogue";
export const CHECKPOINT_KIND = "checkpoint";
export const SHELF_KIND = "item-shelf";
