/** Lines of the recording that Edgewise answers in another way on purpose, and why. Lines that the recording calls a defect are not listed. */
export const KNOWN_DIFFERENCES: ReadonlyMap<number, string> = new Map([
  [5, "Pages of other origins: the project lists them, and no cookie is allowed."],
  [48, "Posts that the person has seen are left out, so four fewer are counted."],
]);

/** Groups that need what Edgewise does not have below `/kpop` yet, or another database. */
export const LEFT_GROUPS: ReadonlySet<string> = new Set(["health", "admin", "database_down"]);
