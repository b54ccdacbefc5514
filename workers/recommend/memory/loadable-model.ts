/** What a model takes of an isolate's memory, and its load. */
import { KernelSection } from "#engine/algorithms/fit/kernel-section.ts";
import { bytesOf, type SectionEntry } from "#engine/artifact/format.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { type ReadBlock, type Servable, servableOf } from "#engine/serve/model-artifact.ts";
import type { OpenedArtifact } from "#storage/artifact-store.ts";
import type { Loadable } from "./byte-bounded-cache.ts";

/** Whole factors of items: the model takes over the kernel memory that they are read into. */
const FACTORS = /^[a-z-]+\.item-factors$/;
/** What a model shares with the data that it was trained on. It stays as it was read. */
const SHARED =
  /^(users|items|history|disliked|item-space|user-space|user-features)[./]|^(popularity|histories\.shape)$/;
/** Beside whole factors, a model makes some of one byte at its first list. */
const COARSE_SHARE = 1 / 4;

const isFactors = ({ name, dtype }: SectionEntry) => dtype === "f32" && FACTORS.test(name);

/**
 * A model that reads its factors into the kernels' memory, without a copy of them. Others may be copied: the memory of a section that the
 * model has copied is free after the load.
 */
export function loadableModel(
  opened: OpenedArtifact,
  kernels: Kernels,
  readBlock: ReadBlock,
): Loadable<Servable> {
  const { header, heldBytes } = opened;
  const sum = (is: (entry: SectionEntry) => boolean) =>
    header.sections.reduce((bytes, entry) => (is(entry) ? bytes + entry.bytes : bytes), 0);
  const factors = sum(isFactors);
  const shared = sum(({ name }) => SHARED.test(name));
  const own = heldBytes - shared;
  const later = COARSE_SHARE * factors;
  return {
    bytes: heldBytes + (own - factors) + later,
    async load() {
      const sections = await opened.readSections((entry) => {
        if (!isFactors(entry)) return null;
        const section = new KernelSection(entry.name, kernels.allocF32(entry.length));
        return { bytes: () => bytesOf(section.data), section: () => section };
      });
      return servableOf({ kind: header.kind, meta: header.meta, sections }, kernels, readBlock);
    },
    keptBytes: () => heldBytes - Math.min(own, kernels.allocatedBytes) + kernels.memoryBytes + later,
  };
}
