import type { Catalogue } from "../en/catalogue.ts";

export const palette: Catalogue["palette"] = {
  open: "ページへ移動・操作を開始（Ctrl K）",
  title: "コマンド",
  placeholder: "ページ、プロジェクト、操作",
  nothing: "この名前のものはありません。",
  kinds: { page: "ページ", project: "プロジェクト", action: "操作" },
  theme: (theme) => `テーマ: ${theme}`,
  language: (language) => `言語: ${language}`,
};
