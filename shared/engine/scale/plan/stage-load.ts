/** What the tasks of a stage take, counted where the stage is planned. */

/** Of all tasks of a stage together. */
export interface StageLoad {
  /** Milliseconds of one processor, reading and writing included. */
  readonly cpuMs: number;
  /** Objects or ranges of them that are read, blocks of data among them. */
  readonly reads: number;
  /** Objects that are written, and listings of objects. */
  readonly writes: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** Milliseconds of one processor, by `node --expose-gc test/bench/scale/estimate.ts --stages`. */
const MS_PER_OBJECT = 0.12;
const MS_PER_BYTE = 0.7e-6;
const MS_PER_TASK = 8;

/** The load of a stage. @param computeMs Milliseconds of one processor, without reading and writing. */
export function loadOf(
  taskCount: number,
  { computeMs = 0, ...moved }: Omit<StageLoad, "cpuMs"> & { readonly computeMs?: number },
): StageLoad {
  const { reads, writes, readBytes, writtenBytes } = moved;
  const movingMs = MS_PER_OBJECT * (reads + writes) + MS_PER_BYTE * (readBytes + writtenBytes);
  return { ...moved, cpuMs: MS_PER_TASK * taskCount + movingMs + computeMs };
}

/** Bytes of the blocks of a side. */
export function bytesOfBlocks({
  blocks,
}: {
  readonly blocks: readonly { readonly bytes: number }[];
}): number {
  return blocks.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Both together. */
export function addLoads(one: StageLoad, other: StageLoad): StageLoad {
  return {
    cpuMs: one.cpuMs + other.cpuMs,
    reads: one.reads + other.reads,
    writes: one.writes + other.writes,
    readBytes: one.readBytes + other.readBytes,
    writtenBytes: one.writtenBytes + other.writtenBytes,
  };
}
