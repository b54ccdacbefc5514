/** Words around algorithms. Their own texts stand in the contract. */
export const algorithms = {
  notChosen: "not chosen yet",
  power: "power of known items",
  weights: { warm: "Weight", coldItems: "For new items", coldUsers: "For new people" },
  part: "Part",
};
