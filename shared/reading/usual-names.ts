/** What columns of interactions are usually called: the words by which headers are told from data and columns are proposed. */

export const USER_WORDS = "user|customer|member|viewer|fan|account|client|visitor|person|reader|player";
export const ITEM_WORDS =
  "item|product|movie|film|post|article|content|book|track|song|artist|game|sku|asin|business|recipe|video";
const OTHER_WORDS =
  "rating|score|weight|count|plays|timestamp|time|date|datetime|ts|title|name|genre|category|event|price|quantity|qty";

/** A whole header cell that is such a word, alone or with what usually follows it: `user_id`, `Items`, `movie name`. */
export const USUAL_NAME = new RegExp(
  `^(${USER_WORDS}|${ITEM_WORDS}|${OTHER_WORDS})s?[ _.-]?(id|name|code|no|nr|number|key)?$`,
  "i",
);
