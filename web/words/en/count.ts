/** Counted things: `1 user`, `2 users`. */
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

const counted =
  (one: string, many = `${one}s`) =>
  (count: number): string =>
    `${whole.format(count)} ${count === 1 ? one : many}`;

export const count = {
  interactions: counted("interaction"),
  users: counted("user"),
  items: counted("item"),
  rows: counted("row"),
  moreRows: counted("more row"),
  repeats: counted("repeat"),
  repeatedIds: counted("repeated id"),
  files: counted("file"),
  jobs: counted("job"),
  trials: counted("trial"),
  activeKeys: counted("active key"),
};
