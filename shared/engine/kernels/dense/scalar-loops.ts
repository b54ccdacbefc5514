export function dot(a: Float32Array, fromA: number, b: Float32Array, fromB: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += (a[fromA + k] as number) * (b[fromB + k] as number);
  return sum;
}

export function forEachEntry(indptr: Uint32Array, row: number, visit: (at: number) => void): void {
  const end = indptr[row + 1] as number;
  for (let at = indptr[row] as number; at < end; at++) visit(at);
}

export function addScaled(target: Float32Array, factor: number, source: Float32Array): void {
  for (let k = 0; k < target.length; k++) target[k] = (target[k] as number) + factor * (source[k] as number);
}
