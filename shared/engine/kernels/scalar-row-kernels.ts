import { deviationOf } from "../rank/deviation.ts";
import type { ScaleColumnsCall, StandardizeCall } from "./row-calls.ts";

/** Reference versions of the kernels that work on rows of scores. */

export function scaleColumns({ rows, rowCount, length, factors }: ScaleColumnsCall): void {
  for (let row = 0; row < rowCount; row++) {
    const start = row * length;
    for (let at = 0; at < length; at++) {
      rows.view[start + at] = (rows.view[start + at] as number) * (factors.view[at] as number);
    }
  }
}

export function addStandardized({ source, target, rowCount, length, weight }: StandardizeCall): void {
  for (let row = 0; row < rowCount; row++) {
    const start = row * length;
    const values = source.view.subarray(start, start + length);
    const deviation = deviationOf(values);
    if (deviation === 0) continue;
    const factor = weight / deviation;
    for (let at = 0; at < length; at++) {
      target.view[start + at] = (target.view[start + at] as number) + factor * (values[at] as number);
    }
  }
}
