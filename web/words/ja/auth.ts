import type { Catalogue } from "../en/catalogue.ts";

export const auth: Catalogue["auth"] = {
  enterUsername: "ユーザー名を入力してください。",
  enterPassword: "パスワードを入力してください。",
  signIn: "ログイン",
  loginAbout: "自社のデータで、レコメンドのチューニングから学習、配信まで行えます。",
  newHere: "初めての方は",
  signupTitle: "アカウントを作成",
  username: "ユーザー名",
  password: "パスワード",
  signingIn: "ログイン中…",
  unreachable: "Edgewise に接続できません",
  sessionNotOpened: "セッションを開始できませんでした。",
  ended: "セッションが終了しました",
  endedThen: "もう一度ログインすると続けられます。このページに入力した内容は残っています。",
  leave: "このページを離れる",
  wrong: {
    username: "使えるのは文字、数字、@ . + - _ だけで、150 文字までです。",
    email: "メールアドレスの形式ではないようです。空欄でもかまいません。",
    password: (length) => `${length} 文字以上で入力してください。`,
  },
  signupAbout: "最初に作成したアカウントが、このシステムの管理者になります。",
  haveOne: "アカウントをお持ちの方は",
  email: "メールアドレス",
  passwordHint: (length) => `${length} 文字以上。`,
  creating: "アカウントを作成中…",
  create: "アカウントを作成",
};
