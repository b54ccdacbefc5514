/** Copies values that hold typed arrays, as a store does. */

/**
 * A deep copy of plain objects and arrays. `structuredClone` copies the whole buffer below a typed array, which for one in the
 * kernels' memory is megabytes for a few numbers. This takes only the array's own part.
 */
export function copyOf<T>(value: T): T {
  if (ArrayBuffer.isView(value)) return (value as unknown as Uint8Array).slice() as unknown as T;
  if (Array.isArray(value)) return value.map(copyOf) as unknown as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copyOf(one)])) as T;
}
