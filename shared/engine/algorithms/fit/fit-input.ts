import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { transpose } from "../../data/transpose.ts";
import type { FitInput } from "./algorithm.ts";

/** An input whose transpose is made when a fit first reads it, and lives as long as the input. */
export function fitInputOf({
  userItems,
  features,
  sequences,
  sessions,
  kernels,
  seed,
}: Omit<FitInput, "itemUsers">): FitInput {
  let itemUsers: CsrMatrix | null = null;
  return {
    userItems,
    get itemUsers() {
      itemUsers ??= transpose(userItems);
      return itemUsers;
    },
    features,
    sequences,
    sessions,
    kernels,
    seed,
  };
}
