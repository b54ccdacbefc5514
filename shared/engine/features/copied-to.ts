/** @returns The target, which begins with the source. */
export function copiedTo<Values extends Uint32Array | Float32Array | Int8Array>(
  target: Values,
  source: Values,
): Values {
  target.set(source);
  return target;
}
