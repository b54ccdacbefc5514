import type { CsrMatrix } from "./csr-matrix.ts";

/** How many users interacted with each item of a user-items matrix. */
export function countUsers(userItems: CsrMatrix): Float32Array {
  const counts = new Float32Array(userItems.columnCount);
  for (let entry = 0; entry < userItems.indices.length; entry++) {
    const item = userItems.indices[entry] as number;
    counts[item] = (counts[item] as number) + 1;
  }
  return counts;
}
