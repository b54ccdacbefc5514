import type { Catalogue } from "../en/catalogue.ts";

export const errors: Catalogue["errors"] = {
  network: "サーバーから応答がありません。接続を確認して、もう一度お試しください。",
  unauthorized: "セッションが終了しました。もう一度ログインしてください。",
  forbidden: "このアカウントには、その操作の権限がありません。",
  notFound: "見つかりません。削除されたか、別のアカウントのものです。",
  conflict: "その間にほかの人が変更しました。内容を確認して、もう一度お試しください。",
  invalid: "サーバーが受け付けませんでした。値を確認して、もう一度お試しください。",
  rateLimited: "短時間のリクエストが多すぎます。少し待って、もう一度お試しください。",
  server:
    "サーバーで問題が発生しました。もう一度お試しください。繰り返す場合は、サーバーのログを確認してください。",
  unexpected: "サーバーの応答をこのページで読み取れません。ページを再読み込みして、もう一度お試しください。",
  wrongLogin: "ユーザー名またはパスワードが違います。",
  choice: "選択肢の中から選んでください。",
  required: "値を入力してください。",
  whole: "整数を入力してください。",
  number: "数値を入力してください。",
  nameTaken: "このプロジェクトには同じ名前のものがすでにあります。",
  passwordsDiffer: "2 つのパスワードが一致しません。",
  noFile: "ファイルを選んでください。",
  noPage: "このページは存在しません。",
  throttled: (seconds) => `リクエストが多すぎます。${seconds} 秒後にもう一度お試しください。`,
  atMost: (most) => `${most} 以下の値を入力してください。`,
  atLeast: (least) => `${least} 以上の値を入力してください。`,
  characters: (most) => `${most} 文字以内で入力してください。`,
  elements: (most) => `${most} 個以内にしてください。`,
  leastCharacters: (least) => `${least} 文字以上で入力してください。`,
};
