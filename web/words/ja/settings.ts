import type { Catalogue } from "../en/catalogue.ts";

export const settings: Catalogue["settings"] = {
  lists: {
    exploration: "新しいアイテムに使う位置の割合（%）",
    explorationHint:
      "モデルより新しく、まだ少数の人しか見ていないアイテムに、この割合を割り当てます。0 なら割り当てません。",
    impressions: "インプレッション",
    impressionsHint: "人が目にしたもの。どのアイテムがまだ新しいかがわかります。",
    replay: "リプレイに使える応答の割合（%）",
    replayHint:
      "記録された応答のうちの割合。スロットが複数あると、応答ごとに全スロットのリストの分の費用がかかります。",
    recorded: "記録する応答の割合（%）",
    recordedHint: "含まれるアイテムを「見た」とみなす応答の割合。少ないほど費用が下がります。",
    client: "アプリケーションが送る",
    automatic: "応答ごとに記録する",
    title: "リストでの新しいアイテム",
    about:
      "まだほとんど見られていないアイテムが好まれるかどうかは、誰にもわかりません。それを知るために、リストにいくつか表示します。",
  },
  wrongPercent: "0 から 100 までの数を入力してください。",
  title: "設定",
  about:
    "プロジェクトの名前、ファイルの読み取り方、リストでの探索、呼び出しを許可するウェブサイト、インタラクションの重み。",
  columnsHint: "列は名前で選びます。ヘッダー行がない場合は番号（1 が最初の列）で選びます。",
  reading: "ファイルの読み取り方",
  readingAbout:
    "今後アップロードするファイルに適用されます。すでにあるファイルは、読み取られたときのままです。",
  websites: "ウェブサイト",
  websitesAbout: "ここに挙げたウェブサイトのページは、ブラウザーから直接レコメンドを取得できます。",
  origins: "許可するオリジン",
  originsHint:
    "1 行に 1 つ（例: https://shop.example）。サーバーからだけ API を呼び出す場合は、空欄にしてください。",
};
