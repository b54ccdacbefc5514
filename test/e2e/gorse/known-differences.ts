/** Lines of the recordings that Edgewise answers in another way on purpose, and why: the file's hundred, and the line in it from 0. */

const NO_EMPTY_IDS = "Empty ids are refused, so none is stored.";

export const KNOWN_DIFFERENCES: ReadonlyMap<number, string> = new Map([
  [112, "The client sends no content type, and its category is taken."],
  [113, "The category was taken."],
  [135, "A list is a list, not null."],
  [138, "Another model recommends other items, and these were written back."],
  [214, NO_EMPTY_IDS],
  [216, "An id with a slash can be read."],
  [217, "What is changed must exist."],
  [219, "A negative number is refused."],
  [224, "Old clients get popular items."],
  [309, "The recording's server had two more items, one of them with an empty id."],
  [314, "Of items with as many events others come first."],
  [324, "The list of the model is not empty."],
  [325, "A list is a list, not null."],
  [327, NO_EMPTY_IDS],
  [328, NO_EMPTY_IDS],
  [329, "The client's name of the cursor is read, and the last page is reached."],
  [330, NO_EMPTY_IDS],
  [331, "A search needs no setting."],
  [333, "Entries are in the order of type, user and item, and none has an empty id."],
  [334, NO_EMPTY_IDS],
  [346, "A category needs no content type."],
]);
