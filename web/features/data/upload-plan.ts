/** Divides a file into parts. Pure: sizes in, ranges out. */

export interface UploadPart {
  /** From 1. */
  readonly number: number;
  /** Bytes [start, end) of the file. */
  readonly start: number;
  readonly end: number;
}

/** All parts of a file, in order; all have the length `partSize` except the last. An empty file has one empty part. */
export function planParts(size: number, partSize: number): readonly UploadPart[] {
  if (!(partSize > 0)) throw new RangeError(`A part must have a size above 0, not ${partSize}.`);
  const count = Math.max(1, Math.ceil(size / partSize));
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    start: index * partSize,
    end: Math.min(size, (index + 1) * partSize),
  }));
}

/** The parts that storage lacks, in order. Numbers outside the plan are ignored. */
export function missingParts(
  parts: readonly UploadPart[],
  received: Iterable<number>,
): readonly UploadPart[] {
  const held = new Set(received);
  return parts.filter((part) => !held.has(part.number));
}

export function byteCount(parts: readonly UploadPart[]): number {
  return parts.reduce((sum, part) => sum + part.end - part.start, 0);
}
