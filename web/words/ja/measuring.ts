import type { Catalogue } from "../en/catalogue.ts";

export const measuring: Catalogue["measuring"] = {
  cold: {
    known: "既知のユーザーとアイテム",
    items: "新しいアイテム（新しいものどうし）",
    users: "新しいユーザー（すべてのアイテム）",
    caption: (metric) => `既知と新規（${metric}）`,
    for: "対象",
  },
  heldOut: {
    all: {
      tooFew: (count, percent) =>
        `データのインタラクションは ${count} 件だけなので、${percent}% ではテスト用に取り分ける数が足りません。`,
      upload: "3 件以上のインタラクションがあるデータをアップロードしてください。",
    },
    person: {
      tooFew: (count, percent) =>
        `インタラクションは 1 人あたり最大 ${count} 件なので、${percent}% ではテスト用に取り分ける数が足りません。`,
      upload: "1 人につき 3 件以上のインタラクションがあるデータをアップロードしてください。",
    },
    least: (percent) => `${percent} 以上を入力してください。`,
  },
  metrics: {
    ndcg: "NDCG",
    map: "MAP",
    mrr: "MRR",
    recall: "再現率",
    precision: "適合率",
    hit: "ヒット率",
    catalogCoverage: "カタログカバレッジ",
    gini: "ジニ係数",
    entropy: "エントロピー",
    novelty: "新規性",
  },
};
