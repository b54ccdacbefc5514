/** total += part, entry by entry: what pieces of a matrix sum to, one after another. */
export function addPiece<Numbers extends Float32Array | Float64Array>(total: Numbers, part: Numbers): void {
  for (let at = 0; at < total.length; at++) total[at] = (total[at] as number) + (part[at] as number);
}
