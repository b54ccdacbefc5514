/** What one rule may cost. A rule past a limit is refused when it is read, so that no request pays for it. */

/** UTF-16 code units of a rule's text: room for a list of about a thousand ids. */
export const MAX_RULE_LENGTH = 32_768;
/** Parentheses, calls, lists, `not` and signs around one another. Reading and evaluation recurse this deep. */
export const MAX_RULE_DEPTH = 64;
/** Parts of a rule without the values of its lists. A chain such as `1 + 1 + …` recurses this deep. */
export const MAX_RULE_NODES = 1_000;
/** Values in the lists of one rule, and in one list of a request. */
export const MAX_LIST_VALUES = 5_000;
/** Parts of a rule that visit every item: 40,000 items and 100 parts are a few milliseconds at worst. */
export const MAX_ITEM_PASSES = 100;
/** The last position that a rule may pin an item to, and the most items that a cap may allow. */
export const MAX_POSITION = 1_000;
