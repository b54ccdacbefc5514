import type { Words } from "../en/catalogue.ts";
import type { newJob as english } from "../en/new-job.ts";

export const newJob: Words<typeof english> = {
  advanced: {
    title: "詳細設定",
    algorithms: "アルゴリズム",
    automaticHint: "データの規模に合うものを試します。",
    needsTime: "直近の行動でテストするには、時刻列が必要です。",
    testedOn: "テスト対象",
    seen: "ユーザーがすでに知っているアイテム",
    share: "テスト用に取り分ける割合（%）",
    metric: "評価指標",
    cutoff: "テストする 1 人あたりのレコメンド数",
    parallel: "並列試行数",
    timeLimit: "制限時間（分）",
    seed: "乱数シード",
    trainAfter: "終了後にモデルを学習する",
    trainAfterHint: "最良の設定で、すべてのインタラクションから学習します。",
    whenReady: "モデルの準備ができたら",
  },
  efforts: {
    title: "探索の長さ",
    own: "試行数と制限時間を自分で決めています。",
    quick: {
      label: "手早く確認",
      hint: "12 回の試行、長くても 5 分。データが使えるかを見るのに十分です。",
    },
    balanced: { label: "標準", hint: "40 回の試行。ほとんどのデータに十分です。" },
    thorough: {
      label: "徹底的に",
      hint: "150 回の試行。標準の約 4 倍の時間で、少し良くなることが多いです。メモリは変わりません。",
    },
  },
  aims: {
    title: "リストの目標",
    clicks: "クリックを増やす: 欲しいものを上位に",
    found: "それぞれの人が欲しいものをより多く見つける",
    anybody: "できるだけ多くの人に合うものを",
  },
  kinds: {
    automatic: { label: "自動で選ぶ", hint: "データの規模と、プロジェクトの表に合うものを試します。" },
    collaborative: {
      label: "協調フィルタリング: 一緒に好まれるもの",
      hint: "インタラクションだけから学習します。多くの人が知っているアイテムに最適です。",
    },
    content: {
      label: "コンテンツベース: 属性が似たアイテム",
      hint: "アイテムの表を読みます。新しいアイテムもすぐに見つかります。",
    },
    hybrid: {
      label: "ハイブリッド: 両方を組み合わせる",
      hint: "インタラクションと表の両方から学習するので、新しいアイテムや新しいユーザーにも合ったリストになります。",
    },
  },
  splits: {
    TU: "各ユーザーの直近のインタラクション",
    RG: "各ユーザーのインタラクションのランダムな一部",
    TG: "全ユーザーの直近のインタラクション",
    cold_items: "新しいアイテム",
    cold_users: "新しいユーザー",
    "next-item": "各ユーザーの次の行動",
    sessions: "最新のセッションの各ステップ",
    time: "ある時点の後に各ユーザーが最初にしたこと",
  },
  new: {
    nothing: "試すものがありません。詳細設定でアルゴリズムを 1 つ以上選んでください。",
    sample: (users, all) =>
      `データが 1 つのワーカーに収まらないため、試行は ${all} 人のうち約 ${users} 人のユーザーを使います。最良の設定のモデルは全データから学習します。`,
    thenTrains: "その後、最良の設定で自動的にモデルを学習します。",
    suited: "データの規模に合うアルゴリズム",
    summary: (algorithms, metric, heldOut, next) =>
      `${algorithms}を試し、${heldOut}での ${metric} で評価します。${next}`,
    notStarted: "ジョブを開始できませんでした。",
    back: "戻る",
    starting: "開始中…",
    own: "個別に選んだアルゴリズム",
    noItemTable: "このプロジェクトにはまだアイテムの表がありません。先に「データ」ページで追加してください。",
    chosenBelow: "詳細設定で選択済みです。",
    kind: "モデルの種類",
    noData: "チューニングに使えるデータがありません",
    noDataThen:
      "まずインタラクションのファイルをアップロードしてください。エラーなく読み取られると、チューニングを始められます。",
  },
  schemes: {
    TU: {
      label: "各ユーザーの直近の行動",
      hint: "リストは、ユーザーが最後に選んだものを順不同で見つける必要があります。",
      heldOut: (percent) => `各ユーザーの直近 ${percent}% のインタラクション`,
    },
    TG: {
      label: "全ユーザーの直近の行動",
      hint: "リストは、ある時点の後に起きたことを見つける必要があります。",
      heldOut: (percent) => `全インタラクションの直近 ${percent}%`,
    },
    RG: {
      label: "各ユーザーの行動のランダムな一部",
      hint: "リストは、ランダムに隠したインタラクションを見つける必要があります。",
      heldOut: (percent) => `各ユーザーのインタラクションのランダムな ${percent}%`,
    },
    "next-item": {
      label: "各ユーザーの次の行動",
      hint: "リストは、それまでの行動から、各ユーザーの最後のアイテムを見つける必要があります。",
      heldOut: () => "各ユーザーの最後のアイテム",
    },
    sessions: {
      label: "最新のセッションの各ステップ",
      hint: "誰かわからない訪問者向けのリスト: クリックのたびに、次のクリックを見つける必要があります。",
      heldOut: (percent) => `最新 ${percent}% のセッションの全ステップ`,
    },
    time: {
      label: "ある時点の後に各ユーザーが最初にしたこと",
      hint: "ある時点までのすべてを学習し、リストはその後の最初のアイテムを見つける必要があります。",
      heldOut: (percent) => `最新 ${percent}% の期間における各ユーザーの最初のアイテム`,
    },
  },
  seen: {
    usual: "通常どおり: セッションでのみ",
    keep: "含める: 同じアイテムに戻ってくる場合",
    leaveOut: "除く: 新しいアイテムだけを数える",
  },
};
