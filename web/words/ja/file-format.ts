import { type describeFormat, separatorName } from "#contract/file-format.ts";

const SEPARATED: Readonly<Record<string, string>> = {
  ",": "カンマ区切り",
  ";": "セミコロン区切り",
  "\t": "タブ区切り",
  " ": "スペースまたはタブ区切り",
};

/** The reasons that reading a file gives, in the words of `shared/reading`; one without an entry is left out. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^as set$/, "設定による"],
  [/^as set, or as read before$/, "設定または前回の読み取りによる"],
  [/^as the first line of the file says$/, "ファイルの 1 行目の指定による"],
  [/^(\d+) of the first (\d+) lines have (\d+) columns$/, "最初の $2 行のうち $1 行が $3 列"],
  [/^no separator divides its lines$/, "行を分ける区切り文字がない"],
  [/^it counts the columns$/, "列の番号が並んでいる"],
  [/^"(.*)" occurs again in column (\d+)$/, "「$1」が列 $2 にもう一度現れる"],
  [/^column (\d+) holds a number or date in it, too$/, "列 $1 はこの行でも数値か日付"],
  [/^column (\d+) holds numbers or dates below "(.*)"$/, "列 $1 の「$2」より下は数値か日付"],
  [/^column (\d+) has digits in every cell below "(.*)"$/, "列 $1 の「$2」より下はすべて数字を含む"],
  [/^"(.*)" and "(.*)" are usual names of columns$/, "「$1」と「$2」はよくある列名"],
  [/^it has the column "(.*)"$/, "列「$1」がある"],
  [/^it looks like the rows below$/, "下の行と同じ形をしている"],
];

function why(reason: string | null): string {
  const [known, text] = REASONS.find(([pattern]) => reason !== null && pattern.test(reason)) ?? [];
  return reason === null || known === undefined || text === undefined
    ? ""
    : `（${reason.replace(known, text)}）`;
}

/** The sentence of `describeFormat` in Japanese. */
export const describeFormatInJapanese: typeof describeFormat = (format) => {
  const { delimiter, header } = format;
  if (delimiter === null) return "JSON には区切り文字もヘッダーもありません。";
  const how = SEPARATED[delimiter] ?? `${separatorName(delimiter)} 区切り`;
  return `${how}${why(format.delimiter_reason)}、最初の行は${header ? "ヘッダー" : "データ"}${why(format.header_reason)}。`;
};
