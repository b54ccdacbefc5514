import { expect, it } from "vitest";
import { wordsOf } from "../../../../shared/engine/features/words.ts";
import { createRandom } from "../../../../shared/engine/random.ts";

const segmenter = new Intl.Segmenter("und", { granularity: "word" });

/** Unicode's words of the whole text. */
function expectedOf(text: string): string[] {
  return [...segmenter.segment(text.toLowerCase())]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment);
}

/** Letters, digits, marks, blanks of all kinds, and scripts with and without blanks between words. */
const PIECES = [
  ...[
    "a",
    "Zoo",
    "7",
    "1.5",
    "3,000",
    "don't",
    "e-mail",
    "a_b",
    "x",
    "É",
    "ß",
    "naïve",
    "İ",
    "\u0301",
    "\u200d",
  ],
  ...[
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\u00a0",
    "\u3000",
    ".",
    ",",
    "'",
    "“",
    "—",
    "!",
    "(",
    "#",
    "🙂",
    "👩‍🚀",
  ],
  ...["東京タワー", "ひらがな", "カタカナ", "한국어", "ภาษาไทย", "中文", "русский", "עברית", "العربية"],
];

it("finds the words that Unicode finds in the whole text, whatever stands between blanks", () => {
  const random = createRandom(8);
  for (let round = 0; round < 3000; round++) {
    const length = 1 + random.below(12);
    const text = Array.from({ length }, () => PIECES[random.below(PIECES.length)]).join("");
    expect({ text, words: wordsOf(text) }).toEqual({ text, words: expectedOf(text) });
  }
});

it("takes single letters, numbers and words at the ends", () => {
  expect(wordsOf("A 1 Room with 2 views")).toEqual(["a", "1", "room", "with", "2", "views"]);
  expect(wordsOf("")).toEqual([]);
  expect(wordsOf(" \n ")).toEqual([]);
});
