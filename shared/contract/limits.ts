/** Limits that callers can meet, with their units and reasons. */

/** Recotem's limit for one upload (524,288,000 bytes). */
export const MAX_UPLOAD_BYTES = 500 * 1024 * 1024;
/** R2 wants parts of at least 5 MiB, all alike but the last; Workers accept request bodies of 100 MB. 8 MiB keeps retries cheap. */
export const UPLOAD_PART_BYTES = 8 * 1024 * 1024;
export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;
export const MAX_PREDICT_CUTOFF = 1000;
export const MAX_TRIALS = 1000;
/** Queues deliver up to 250 messages at once; more parallel trials than this would only make TPE blind. */
export const MAX_PARALLEL_TRIALS = 32;
export const MAX_JSON_BODY_BYTES = 1024 * 1024;
export const MAX_RECOMMENDATIONS_LIMIT = 100;
export const MAX_PROFILE_ITEMS = 1000;
