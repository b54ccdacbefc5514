import type { Catalogue } from "../en/catalogue.ts";

export const configurations: Catalogue["configurations"] = {
  title: "保存した設定",
  about:
    "アルゴリズムとその設定です。各チューニングで最良だったものと、ここで保存したものがあります。どれからでもモデルを学習できます。",
  what: "保存した設定",
  create: "新しい設定",
  change: "設定を変更",
  changeNamed: (name) => `「${name}」を変更`,
  missingName: "設定に名前を付けてください。",
  noObject: '{"top_k": 100} のような JSON オブジェクトで入力してください。',
  notSaved: "設定を保存できませんでした。",
  settingsHint: "JSON オブジェクトです。省いたものは既定値になります。",
  known: "このアルゴリズムの設定と既定値",
  noneKnown: "設定はありません。",
  origin: "作成元",
  byHand: "手動で作成",
  unnamed: (id) => `設定 ${id}`,
  empty: "保存した設定はありません",
  emptyThen: "チューニングが最良の設定を保存します。ここで書くこともできます。",
  train: "学習",
  trainQuestion: (name) => `「${name}」でモデルを学習しますか？`,
  trainConfirm: "モデルを学習",
  trainWhat: (file) =>
    `${file} のすべてから学習し、未知のデータで評価します。公開中のバージョンより良ければ公開されます。`,
  remove: "設定を削除",
  removeNamed: (name) => `「${name}」を削除`,
  removeQuestion: (name) => `「${name}」を削除しますか？`,
  removeWhat: "この設定で学習したモデルも削除されます。",
};
