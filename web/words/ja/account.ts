import type { Catalogue } from "../en/catalogue.ts";

export const account: Catalogue["account"] = {
  title: "自分のアカウント",
  about: (name) => `${name} としてログインしています。`,
  password: {
    title: "パスワード",
    about: "パスワードを変更すると、ほかのセッションはすべて終了します。",
    current: "現在のパスワード",
    next: "新しいパスワード",
    done: "パスワードを変更し、ほかのセッションを終了しました。",
  },
  sessions: {
    title: "セッション",
    about: "ログイン中の端末です。",
    what: "セッション",
    device: (program, system) => `${system} の ${program}`,
    unknown: "不明な端末",
    current: "この端末",
    used: "最終利用",
    started: "ログイン",
    before: "日時の記録を始める前にログインしました。",
    end: "セッションを終了",
    endQuestion: (name) => `${name} のセッションを終了しますか?`,
    others: "ほかをすべて終了",
    question: "ほかのセッションをすべて終了しますか?",
    confirm: "ほかを終了",
    ends: "もう一度ログインが必要になります。保存済みのものは失われません。",
  },
};
