/**
 * The words of a text in lower case, as Unicode divides them; Japanese, Chinese, Thai and others, which write no blanks, are
 * divided by the runtime's dictionaries. No language is assumed.
 */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const part of text.toLowerCase().split(BLANKS)) {
    if (PLAIN.test(part)) words.push(part);
    else addSegments(part, words);
  }
  return words;
}

function addSegments(part: string, words: string[]): void {
  // Made when a text first needs it: its dictionaries take as long as all other code of a Worker that starts.
  segmenter ??= new Intl.Segmenter("und", { granularity: "word" });
  for (const { segment, isWordLike } of segmenter.segment(part)) {
    if (isWordLike) words.push(segment);
  }
}

/** Unicode divides words at blanks. */
const BLANKS = /[ \t\n\r]+/;
/** One word by Unicode's rules. To recognise it takes a fraction of the segmenter's time. */
const PLAIN = /^[a-z0-9]+$/;

let segmenter: Intl.Segmenter | null = null;
