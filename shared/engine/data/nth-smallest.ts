/**
 * Finds the value at position `n` (from 0) of the sorted values, in linear time on average (Hoare's quickselect). The pivot is
 * from the middle, so that sorted and equal values cost no more. Reorders the values; they must not hold NaN.
 */
export function nthSmallest(values: Float64Array, n: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] as number;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] as number) < pivot) left++;
      while ((values[right] as number) > pivot) right--;
      if (left > right) break;
      const kept = values[left] as number;
      values[left++] = values[right] as number;
      values[right--] = kept;
    }
    // Up to `right` none is greater than the pivot, from `left` on none is smaller; between them all are equal to it.
    if (n <= right) high = right;
    else if (n >= left) low = left;
    else return pivot;
  }
  return values[n] as number;
}
