/** Lines of the recording that Edgewise answers in another way on purpose, and why. Lines that the recording calls a defect are not listed. */
export const KNOWN_DIFFERENCES: ReadonlyMap<number, string> = new Map([
  [11, "Edgewise keeps no list of top level domains: any address of a valid form may sign up."],
  [29, "One base address answers for three services: its root is that of the accounts."],
  [119, "One base address answers for three services: its root is that of the accounts."],
  [61, "A catalogue of fewer than 50 items is no failure: the project is ready."],
  [64, "Ratings are not needed: every row counts the same, and the project is ready."],
  [70, "A text in feature_cols is one column: the project is ready."],
  [75, "Forms that were refused leave no project behind."],
  [117, "The project with few items is ready here, and recommends."],
  [141, "The project with few items is ready here, and recommends."],
  [148, "Two apps of one name are counted apart."],
  [161, "Three projects more are ready here: see 61, 64 and 70."],
  [151, "A key is shown once, and the app whose address is no address was refused."],
  ...[152, 156].map((seq): [number, string] => [seq, "The app whose address is no address was refused."]),
]);
