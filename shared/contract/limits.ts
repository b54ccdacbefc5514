/** Limits that callers can meet, with their units and reasons. */

/** Of one upload. Recotem has 500 MB. Interactions of this size are read in stages; tables have limits of their own. */
export const MAX_UPLOAD_BYTES = 10 * 1024 ** 3;
/**
 * R2 needs parts of at least 5 MiB, all of one size except the last; Workers accept request bodies of 100 MB. 8 MiB keeps retries
 * cheap.
 */
export const UPLOAD_PART_BYTES = 8 * 1024 * 1024;
export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;
/** Users of one call for a model. */
export const MAX_PREDICT_USERS = 100;
export const MAX_PREDICT_CUTOFF = 1000;
export const MAX_TRIALS = 1000;
/** Queues deliver up to 250 messages at once; with more parallel trials TPE would choose without results. */
export const MAX_PARALLEL_TRIALS = 32;
export const MAX_JSON_BODY_BYTES = 1024 * 1024;
export const MAX_RECOMMENDATIONS_LIMIT = 100;
export const MAX_PROFILE_ITEMS = 1000;
/** Of a table of items or users: ids and rows as JSON. Serving keeps them next to the model, in 128 MB. */
export const MAX_METADATA_BYTES = 32 * 1024 * 1024;
/** Of a table of items or users, apart from its ids: a report names each with samples, in one row of the database. */
export const MAX_TABLE_COLUMNS = 2_000;
/** Of user and item ids, in UTF-16 code units, in files and requests. A longer one is text from the wrong column. */
export const MAX_ID_LENGTH = 1024;
/** Names of algorithms in a job; all known names and aliases together are fewer. */
export const MAX_TRIED_ALGORITHMS = 100;
/** Characters of the reason of a failure; the rest is cut off. */
export const MAX_REASON_LENGTH = 4096;
/** A model's number within its project; far below 2³¹, so that the next one always exists. */
export const MAX_MODEL_VERSION = 1_000_000_000;
/** Boosts, pins and caps of one request. */
export const MAX_REQUEST_RULES = 20;
/** Characters of a rule in a request: room for a list of about a thousand ids. */
export const MAX_REQUEST_RULE_LENGTH = 32_768;
/** Properties of the user or of the context in a request. */
export const MAX_REQUEST_PROPERTIES = 100;
export const MAX_SLOT_WEIGHT = 1_000_000;
/** Of a measured figure, positive or negative: metrics are at most the logarithm of a count. */
export const MAX_METRIC = 1e9;
/** The last millisecond of the year 9999, the last with a four-digit year. Epoch milliseconds. */
export const MAX_TIME_MS = 253_402_300_799_999;
/** Events in one JSON list; NDJSON may have more, within its bytes. */
export const MAX_EVENTS = 1000;
export const MAX_EVENTS_BODY_BYTES = 5 * 1024 * 1024;
/** Of a body with its own key: browsers send no longer beacons. */
export const MAX_BEACON_BYTES = 64 * 1024;
/** Of one event as stored, UTF-8 bytes: a row of an event shard holds several. */
export const MAX_EVENT_BYTES = 16 * 1024;
/** Of `event_id`, `request_id` and `session_id`, in UTF-16 code units. */
export const MAX_EVENT_TEXT_LENGTH = 128;
/** How far in the future an event's time may be: clocks of devices are not exact. Milliseconds. */
export const MAX_EVENT_LEAD_MS = 5 * 60_000;
/** Rejected events that an answer lists. */
export const MAX_LISTED_EVENT_ERRORS = 100;
/** Items of one request for similar ones: each costs a pass over the catalogue. */
export const MAX_SIMILAR_TO = 50;
/** Ids that one request leaves out. */
export const MAX_EXCLUDED_ITEMS = 1000;
/** People that a search of a model's training data finds at most. */
export const MAX_FOUND_PEOPLE = 50;
/** Reasons for each item of an answer. */
export const MAX_ITEM_REASONS = 10;
/** Requests in one call of `/v1/batch`. */
export const MAX_BATCH_REQUESTS = 100;
/** Items that all answers of a batch have together, at most. */
export const MAX_BATCH_ITEMS = 10_000;
/** Of an item's weight in a request: far above any count of a real person's interactions. */
export const MAX_ITEM_WEIGHT = 1_000_000;
/** Items of one bulk request, as a list or as lines. */
export const MAX_BULK_ITEMS = 1000;
export const MAX_BULK_BODY_BYTES = 5 * 1024 * 1024;
/** Properties of one item. */
export const MAX_ITEM_PROPERTIES = 100;
/** Of a property's name, in UTF-16 code units. */
export const MAX_PROPERTY_NAME = 128;
/** Of a text in a property, in UTF-16 code units. */
export const MAX_ITEM_TEXT = 8192;
/** Values of a list in a property. */
export const MAX_ITEM_LIST = 200;
/** Levels of objects and lists below an item's properties. */
export const MAX_ITEM_DEPTH = 4;
/** Of one item's properties as JSON, UTF-8 bytes. */
export const MAX_ITEM_BYTES = 16 * 1024;
/** Items of a project that were written by the API, deleted ones among them: serving holds them in memory. */
export const MAX_WRITTEN_ITEMS = 200_000;
/** Of their properties as JSON, UTF-8 bytes. */
export const MAX_WRITTEN_BYTES = 24 * 1024 * 1024;
/** Of one user's properties as JSON, UTF-8 bytes: they come with each answer of an event shard. */
export const MAX_USER_BYTES = 8 * 1024;
/** Users of one event shard with written properties: a million of a project, which has 16 shards. */
export const MAX_SHARD_USERS = 65_536;
/** Of their ids and properties as JSON, UTF-8 bytes. */
export const MAX_SHARD_USER_BYTES = 16 * 1024 * 1024;
/** Names of properties that no uploaded file of a project has. */
export const MAX_WRITTEN_PROPERTIES = 500;
