/** Lines of the recording that Edgewise answers in another way on purpose, and why. Lines that the recording calls a defect are not listed. */
export const KNOWN_DIFFERENCES: ReadonlyMap<number, string> = new Map([
  [48, "Posts that the person has seen are left out, so four fewer are counted."],
  [51, "The text of a failed reload names no internals."],
]);

/** The stores of a running stack cannot be cut off: tests of the health and administration of the room show what these lines show. */
export const LEFT_GROUPS: ReadonlySet<string> = new Set(["database_down"]);
