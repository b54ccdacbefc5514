import type { AlgorithmTexts } from "../en/algorithm-text.ts";

/** Names from papers stay as they are; the sentences are those of the contract in Japanese. */
export const algorithmTexts: AlgorithmTexts = {
  TopPop: { title: "人気順", about: "全員に同じ人気アイテムを見せます。超えるべき基準です。" },
  Trending: { title: "トレンド", about: "最近人気のあるもの。時刻列が必要です。" },
  WindowedPop: {
    title: "期間内の人気",
    about: "最新のインタラクションの中で最も人気のあるもの。順序または時刻列が必要です。",
  },
  CosineKNN: { title: "コサイン KNN", about: "同じ人に好まれるアイテム（コサイン類似度）。" },
  AsymmetricCosineKNN: {
    title: "非対称コサイン KNN",
    about: "コサイン類似度に、人気をどれだけ考慮するかの設定を加えたもの。",
  },
  JaccardKNN: { title: "Jaccard KNN", about: "好む人の重なりで似ているアイテム。" },
  TverskyIndexKNN: { title: "Tversky KNN", about: "2 つのアイテムそれぞれに重みを付けた重なり。" },
  DegreeKNN: {
    title: "次数重み付き KNN",
    about: "共通する人で似ているアイテム。とても活発な人と人気アイテムの重みを下げます。",
  },
  CosineUserKNN: { title: "コサイン ユーザー KNN", about: "好みの似た人が好むもの。" },
  AsymmetricCosineUserKNN: {
    title: "非対称ユーザー KNN",
    about: "好みの似た人。利用の多い人をどれだけ考慮するかを設定できます。",
  },
  P3alpha: { title: "P3alpha", about: "人からアイテム、人、アイテムへと進むランダムウォーク。" },
  RP3beta: { title: "RP3beta", about: "同じランダムウォークで、人気アイテムの重みを下げたもの。" },
  DenseSLIM: {
    title: "EASE",
    about:
      "各アイテムをほかのすべてのアイテムから閉形式で予測します。次数の指数で、人気をどれだけ考慮するかを決めます。",
  },
  EDLAE: { title: "EDLAE", about: "アイテムが自分自身を予測しないように学習した EASE。" },
  SLIM: { title: "SLIM", about: "各アイテムを、ほかの少数のアイテムから予測します。" },
  SparseSLIM: {
    title: "疎な EASE",
    about: "各アイテムを、最も関係の深いアイテムから予測します。大きなカタログ向けです。",
  },
  GFCF: { title: "GF-CF", about: "人とアイテムのグラフ上で、インタラクションを閉形式で平滑化します。" },
  TurboCF: { title: "Turbo-CF", about: "同じ平滑化を、アイテム類似度の多項式で行います。" },
  IALS: { title: "iALS", about: "暗黙的フィードバックの交互最小二乗法による潜在因子。" },
  RecentIALS: {
    title: "最近重視の iALS",
    about:
      "新しいアイテムを優先して人の因子を求める iALS。順序が必要です。25 MB を超える因子は 1 要素 1 バイトで保存します。",
  },
  FeatureIALS: {
    title: "特徴量付き iALS",
    about: "ユーザーとアイテムの特徴量に近い潜在因子。新しいユーザーやアイテムにも使えます。",
  },
  LightFM: {
    title: "LightFM",
    about: "ユーザーとアイテムの特徴量の和としての潜在因子。何が選ばれたかから学習します。",
  },
  BPR: { title: "BPR", about: "どのアイテムがほかより選ばれるかから学習した潜在因子。" },
  TruncatedSVD: { title: "Truncated SVD", about: "特異値による潜在因子。" },
  NMF: { title: "NMF", about: "負の値をとらない潜在因子。" },
  Content: {
    title: "コンテンツ",
    about: "タイトル、文章、タグ、数値が似たアイテム。アイテムの表が必要です。",
  },
  Embedding: {
    title: "埋め込み",
    about: "ユーザーのアイテムのベクトルに近いベクトルを持つアイテム。アイテムの表にベクトルの列が必要です。",
  },
  ItemTransition: {
    title: "アイテムの遷移",
    about:
      "あるアイテムの次に選ばれたもの。間が短いほど重く数えます。時刻列が必要です。上限は 25 MB で、大きなカタログでは各アイテムの後続を減らします。",
  },
  SequenceRules: {
    title: "系列ルール",
    about:
      "あるアイテムの後に選ばれたもの。間が短く新しいほど重く数えます。順序が必要です。上限は 25 MB で、60,000 アイテムを超えると各アイテムの後続を減らします。",
  },
  SessionKNN: {
    title: "セッション近傍",
    about:
      "いまの履歴に最も似た履歴にあるもの。新しいアイテムほど重く数えます。順序が必要です。最新の 500,000 件の履歴、最大 400 万か所を保持します。",
  },
  TwoSidedKNN: {
    title: "前後の近傍",
    about:
      "履歴の中でアイテムの前後にあるもの。近いほど重く数えます。順序が必要です。上限は 25 MB で、60,000 アイテムを超えると各アイテムの近傍を減らします。",
  },
  RepeatedItems: {
    title: "繰り返し",
    about: "以前に選んだものへ戻ってくる傾向を使います。閲覧済みのアイテムを除くリストでは空になります。",
  },
  Blend: { title: "ブレンド", about: "複数のアルゴリズムの重み付き和。" },
};
