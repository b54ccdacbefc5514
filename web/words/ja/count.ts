import type { Catalogue } from "../en/catalogue.ts";

const whole = new Intl.NumberFormat("ja", { maximumFractionDigits: 0 });

/** Japanese has no plural: a number, its counter, and what is counted. */
const counted =
  (unit: string) =>
  (count: number): string =>
    `${whole.format(count)} ${unit}`;

export const count: Catalogue["count"] = {
  interactions: counted("件のインタラクション"),
  users: counted("人のユーザー"),
  items: counted("件のアイテム"),
  rows: counted("行"),
  moreRows: counted("行"),
  repeats: counted("件の重複"),
  repeatedIds: counted("件の重複した ID"),
  files: counted("個のファイル"),
  jobs: counted("件のジョブ"),
  trials: counted("回の試行"),
  activeKeys: counted("個の有効なキー"),
};
