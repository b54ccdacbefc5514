import type { Catalogue } from "../en/catalogue.ts";

export const charts: Catalogue["charts"] = {
  asTable: "表で見る",
  asChart: "グラフで見る",
  day: "日 (UTC)",
};
