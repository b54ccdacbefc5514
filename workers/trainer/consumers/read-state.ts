import { KernelSection } from "#engine/algorithms/fit/kernel-section.ts";
import { bytesOf } from "#engine/artifact/format.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import type { OpenedArtifact } from "#storage/artifact-store.ts";

export interface FitState {
  readonly sections: readonly Section[];
  /** Frees the memory of sections that the fit has not taken over. */
  release(): void;
}

/** Reads a stored state of a fit. The sections named by the algorithm go into kernel memory as they come, where the fit takes them over. */
export async function readState(
  artifact: OpenedArtifact,
  kernels: Kernels,
  kernelSections: readonly string[] = [],
): Promise<FitState> {
  const places: KernelSection[] = [];
  const sections = await artifact.readSections(({ name, dtype, length }) => {
    if (dtype !== "f32" || !kernelSections.includes(name)) return null;
    const section = new KernelSection(name, kernels.allocF32(length));
    places.push(section);
    return { bytes: () => bytesOf(section.data), section: () => section };
  });
  return {
    sections,
    release() {
      for (const section of places) section.release();
    },
  };
}
