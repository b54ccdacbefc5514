import { isDeepStrictEqual } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { ALGORITHM_NAMES, type AlgorithmName, type AlgorithmParams } from "#contract/algorithms.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { Section } from "#engine/artifact/section.ts";
import { EngineError } from "#engine/engine-error.ts";
import { createRandom, type Random } from "#engine/random.ts";
import { casesOf } from "../../../setup/random-cases.ts";
import { loadWasmKernels } from "../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, randomRows } from "./fit-fixture.ts";

const ROUNDS = Math.ceil(casesOf(10_000) / ALGORITHM_NAMES.length);
const SMALL: Partial<Record<AlgorithmName, AlgorithmParams>> = {
  IALS: { n_components: 3, train_epochs: 1 },
  BPR: { n_components: 3, train_epochs: 1 },
  NMF: { n_components: 3 },
  GFCF: { n_components: 3 },
  TruncatedSVD: { n_components: 3 },
  Blend: { "IALS.n_components": 3, "IALS.train_epochs": 1 },
};

const wasm = loadWasmKernels();
afterEach(() => wasm.freeAll());

/** One to four bytes changed, or some cut off or added; the type stays. */
function damaged(section: Section, random: Random): Section {
  const { data, name } = section;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  const size = data.BYTES_PER_ELEMENT;
  const shape = random.next();
  const length = shape < 0.8 ? data.length : shape < 0.9 ? random.below(data.length + 1) : data.length + 1;
  const longer = new Uint8Array(length * size);
  longer.set(bytes.subarray(0, longer.length));
  for (let change = 0; change < 1 + random.below(4) && longer.length > 0; change++) {
    longer[random.below(longer.length)] = random.next() < 0.3 ? 255 : random.below(256);
  }
  const Kind = data.constructor as new (buffer: ArrayBuffer) => Section["data"];
  return { name, data: new Kind(longer.buffer) };
}

/** Every answer of a model, or the code of the error that refused it. */
function answersOf(name: AlgorithmName, sections: readonly Section[]): Float32Array | string {
  try {
    const model = algorithmOf(name).decode(sections, wasm);
    const { itemCount } = model;
    const out = new Float32Array(2 * itemCount);
    const indices = Uint32Array.from(new Set([0, itemCount >> 1, itemCount - 1]));
    const weights = new Float32Array(indices.length).fill(1);
    model.scoreProfileInto({ indices, weights }, out.subarray(0, itemCount));
    model.similarItemsInto(0, out.subarray(itemCount));
    model.dispose();
    return out;
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
}

describe.each(ALGORITHM_NAMES)("a damaged %s", (name) => {
  const matrix = matrixOf(randomRows(12, 9, 3, 0.4));

  it("is refused, or answers within its own bounds", () => {
    const sections = fitModel(
      name,
      inputOf({ ...matrix, ages: matrix.values }, wasm),
      SMALL[name] ?? {},
    ).encode();
    const random = createRandom(99);
    let refused = 0;
    const wrong: unknown[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const at = random.below(sections.length);
      const bad = sections.with(at, damaged(sections[at] as Section, random));
      // A decoder that reads outside of its memory reads something else the second time.
      const [first, second] = [1e3, -7].map((rubbish) => {
        litter(rubbish);
        return answersOf(name, bad);
      });
      if (!isDeepStrictEqual(second, first)) wrong.push([round, first, second]);
      if (typeof first !== "string") continue;
      if (first !== "BAD_ARTIFACT") wrong.push([round, first]);
      refused++;
    }
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(0);
  });
});

/** Fills free kernel memory with one value. */
function litter(value: number): void {
  wasm.freeAll();
  wasm.allocF32(50_000).view.fill(value);
  wasm.freeAll();
}
