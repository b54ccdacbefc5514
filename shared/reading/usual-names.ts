/** Usual names of columns of interactions: they distinguish headers from data, and propose columns. */

export const USER_WORDS =
  "user|customer|member|viewer|reviewer|fan|account|client|visitor|person|reader|player";
export const ITEM_WORDS =
  "item|product|movie|film|post|article|content|book|track|song|artist|game|sku|asin|business|recipe|video";
const OTHER_WORDS =
  "rating|score|weight|count|plays|timestamp|time|date|datetime|ts|title|name|genre|category|event|price|quantity|qty|text|description|summary|overview|tag|author|brand|year|type|url";

/** A whole header cell with such a word, alone or with a usual suffix: `user_id`, `Items`, `movie name`. */
export const USUAL_NAME = new RegExp(
  `^(${USER_WORDS}|${ITEM_WORDS}|${OTHER_WORDS})s?[ _.-]?(id|name|code|no|nr|number|key)?$`,
  "i",
);
