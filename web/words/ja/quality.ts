import type { Catalogue } from "../en/catalogue.ts";

export const quality: Catalogue["quality"] = {
  title: "モデルの性能",
  about: "試行で使っていないデータで一度だけ測定しました。ひげは 95% 区間です。",
  metric: "指標",
  whose: "モデル",
  value: "値",
  low: "95% 下限",
  high: "95% 上限",
  who: { winner: "このモデル", popularity: "人気順", serving: "当時の公開版" },
  than: { popularity: "人気順", serving: "当時の公開バージョン" },
  finds: (times, whom) => `ユーザーが次に選んだアイテムを、${whom}の ${times} 倍見つけます。`,
  scores: (times, whom) => `${whom}の ${times} 倍のスコアです。`,
  worse: (percent, whom) => `${whom}より ${percent}% 低いスコアです。`,
  unclear: (whom) => `${whom}との明確な差はありません。`,
  describes: "一覧の性質を表す値です。これだけでは良し悪しは決まりません。",
  onlyThis: (whom) => `${whom}では見つからないアイテムを見つけます。`,
  chart: (metric) => `${metric} と 95% 区間`,
  from: "元になったもの:",
  data: (id) => `データ ${id}`,
  job: (id) => `チューニングジョブ ${id}`,
  version: (version) => `バージョン ${version}`,
};
