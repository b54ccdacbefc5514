import type { Catalogue } from "../en/catalogue.ts";

export const algorithms: Catalogue["algorithms"] = {
  notChosen: "未選択",
  power: "既知のアイテム数の指数",
  weights: { warm: "重み", coldItems: "新しいアイテム", coldUsers: "新しいユーザー" },
  part: "構成要素",
};
