import type { Catalogue } from "../en/catalogue.ts";

export const events: Catalogue["events"] = {
  title: "イベント",
  about: "人がアイテムに対して行ったことを、起きたときに送ります。次のリストに反映されます。",
  what: { usage: "イベント", tail: "最新のイベント" },
  tail: {
    title: "届いたばかりのイベント",
    about: "最新のイベントです。3 秒ごとに読み直します。",
    paused: "一時停止中: 表示はこのまま変わりません。",
    pause: "一時停止",
    go: "再開",
    types: "イベントの種類",
    all: "すべての種類",
    counts: (hour: string, day: string) => `1 時間 ${hour} 件・1 日 ${day} 件`,
    type: "種類",
    user: "ユーザー",
    item: "アイテム",
    value: "値",
    when: "時刻",
    none: "イベントはまだありません。下の例のように送ると、数秒でここに表示されます。",
  },
  byDay: {
    title: "日ごとのイベント",
    chart: "日別・キー別のイベント数",
    none: "過去 30 日間に届いたイベントはありません。",
  },
  send: {
    title: "イベントを送る",
    about:
      "スコープ「events」を持つキーを使います。きっかけになったリストの request_id を付けると、実験の結果に数えられます。",
    label: "イベントの例",
    copy: "コピー",
    keyPlace: "YOUR_KEY",
    getKey: "キーを作成",
  },
  weights: {
    title: "種類ごとの重み",
    about: "学習と次のリストで使われます。重み 0 の種類は使われません。",
    change: "重みを変更",
    type: "種類",
    weight: "重み",
    meaning: "説明",
    own: "このプロジェクトの設定",
    usual: "標準",
    rating: "評価値にこの値を掛けます",
    dislike: "二度と表示しません",
  },
};
