/** Lines of the recording that Edgewise answers in another way on purpose, and why. Lines that the recording calls a defect are not listed. */
export const KNOWN_DIFFERENCES: ReadonlyMap<number, string> = new Map([
  [48, "Posts that the person has seen are left out, so four fewer are counted."],
  [51, "The text of a failed reload names no internals."],
]);
