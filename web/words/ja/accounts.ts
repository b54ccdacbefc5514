import type { Catalogue } from "../en/catalogue.ts";

export const accounts: Catalogue["accounts"] = {
  form: {
    title: "新しいアカウント",
    failed: "アカウントを作成できませんでした。",
    passwordHint: "8 文字以上。本人には直接伝えてください。メールは送信されません。",
    administratorHint: "全員のプロジェクトの閲覧と、アカウントの管理ができます。",
    create: "アカウントを作成",
  },
  username: "ユーザー名",
  email: "メールアドレス",
  password: "パスワード",
  administrator: "管理者",
  list: {
    role: "役割",
    lastLogin: "最終ログイン",
    joined: "登録日",
    member: "メンバー",
    active: "有効",
    deactivated: "無効",
    never: "なし",
  },
  title: "アカウント",
  about: "ここにログインできる人。アカウントを無効にすると、セッションとキーはすぐに使えなくなります。",
  notAllowed: "アカウントは管理者が管理します。",
  what: "アカウント",
  reset: {
    trigger: "パスワードを再設定",
    failed: "パスワードを変更できませんでした。",
    done: (name) => `${name} のパスワードを変更し、セッションを終了しました。`,
    label: (name) => `${name} の新しいパスワード`,
    submit: "パスワードを変更",
    close: "閉じる",
    notNow: "今はしない",
  },
  activate: "有効にする",
  deactivate: {
    trigger: "無効にする",
    question: (name) => `「${name}」を無効にしますか？`,
    confirm: "アカウントを無効にする",
    what: "セッションはすぐに終了し、API キーは 1 分以内に拒否されます。データは何も削除されず、アカウントはあとで有効に戻せます。",
  },
};
