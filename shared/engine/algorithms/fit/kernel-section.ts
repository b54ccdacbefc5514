import type { Section } from "../../artifact/section.ts";
import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";

/**
 * A section of a checkpoint in kernel memory. The fit that resumes takes the memory over: a copy of the largest ones would not fit beside
 * it.
 */
export class KernelSection implements Section {
  readonly name: string;
  readonly #buffer: F32Buffer;
  #isTaken = false;

  constructor(name: string, buffer: F32Buffer) {
    this.name = name;
    this.#buffer = buffer;
  }

  get data(): Float32Array {
    return this.#buffer.view;
  }

  /** From now on the memory is the caller's, who frees it. */
  take(): F32Buffer {
    this.#isTaken = true;
    return this.#buffer;
  }

  /** Frees the memory unless a fit has taken it. */
  release(): void {
    if (!this.#isTaken) this.#buffer.free();
  }
}

/** The section's own kernel memory, taken over, or a copy in new one. The section has been checked; the caller frees. */
export function takeF32(kernels: Kernels, sections: readonly Section[], name: string): F32Buffer {
  const section = sections.find((candidate) => candidate.name === name);
  if (section instanceof KernelSection) return section.take();
  const values = section?.data as Float32Array;
  const buffer = kernels.allocF32(values.length);
  buffer.view.set(values);
  return buffer;
}
