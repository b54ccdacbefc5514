/**
 * The words of a text in lower case, as Unicode divides them; Japanese, Chinese, Thai and others, which write no blanks, are
 * divided by the runtime's dictionaries. No language is assumed.
 */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(text.toLowerCase())) {
    if (isWordLike) words.push(segment);
  }
  return words;
}

const segmenter = new Intl.Segmenter("und", { granularity: "word" });
