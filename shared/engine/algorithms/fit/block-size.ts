/** Floating-point operations of one block: about 10 ms at 45 GFlop/s. */
const FLOPS_PER_BLOCK = 4.5e8;
/** No block of scores is larger than this, in floats: 4 MB. */
const MAX_BLOCK_SCORES = 2 ** 20;
const MAX_USERS = 32;

/** How many users a factor model scores together, so that their scores take few milliseconds and little memory; even, for the kernel. */
export function usersPerBlock(itemCount: number, dim: number): number {
  const users = Math.min(MAX_USERS, FLOPS_PER_BLOCK / (2 * itemCount * dim), MAX_BLOCK_SCORES / itemCount);
  return Math.max(2, 2 * Math.floor(users / 2));
}
