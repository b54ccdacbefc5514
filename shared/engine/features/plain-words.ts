/**
 * The words of English texts as many text models divide them: runs of two or more letters, digits and underscores, in lower case,
 * without those that only join others. Languages that write no blanks need `wordsOf`.
 */
export function englishWordsOf(text: string): string[] {
  return (text.toLowerCase().match(WORD) ?? []).filter((word) => !JOINING.has(word));
}

const WORD = /[\p{L}\p{N}_]{2,}/gu;

/** Compounds such as `whereupon`. */
const COMPOUNDS = ["here", "there", "where"].flatMap((place) =>
  ["after", "as", "by", "fore", "in", "of", "upon"].map((rest) => place + rest),
);
const OPEN = ["how", "what", "when", "where", "which", "who", "whom"].map((word) => `${word}ever`);

/** Articles, pronouns, prepositions, conjunctions, auxiliary verbs, and adverbs of place, time and degree. */
const JOINING = new Set([
  ...COMPOUNDS,
  ...OPEN,
  ...`
  a an the this that these those some any all both each every either neither none no nor not such other others another same own
  i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its
  itself they them their theirs themselves who whom whose which what anyone anything everyone everything someone
  something nobody nothing one
  about above across after afterwards against along already also although always am among amongst and anyhow anyway anywhere are
  around as at be became because become becomes been before beforehand behind being below beside between beyond but by can
  cannot could do does done down due during eg else elsewhere enough etc even ever everywhere except few first for former formerly
  from further get give go had has hasnt have here how ie if in indeed into is keep
  last latter latterly least less ltd made many may meanwhile might more moreover most mostly much must namely never nevertheless
  next now nowhere of off often on once only onto or otherwise out over per perhaps please put rather re see seem seemed seeming
  seems several should since so somehow sometime sometimes somewhere still than then there   though through throughout thru thus to together too toward towards un under until up upon very via was well
  were when where whether while whither why will with within
  without would yet
  two three four five six eight nine ten eleven twelve fifteen twenty forty fifty sixty hundred
  `.split(/\s+/),
]);
