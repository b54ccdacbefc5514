import { afterAll, expect, it } from "vitest";
import { Factors } from "#engine/algorithms/factor-store/factors.ts";
import { confidencesOf, ialsConfig } from "#engine/algorithms/factorization/ials-config.ts";
import { HalfEpoch } from "#engine/algorithms/factorization/ials-half-epoch.ts";
import { type RowReader, rowsOf, TransposedRows } from "#engine/data/row-reader.ts";
import { transpose } from "#engine/data/transpose.ts";
import { createRandom } from "#engine/random.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { matrixOf, randomRows } from "../fit-fixture.ts";

const kernels = loadWasmKernels();
afterAll(() => kernels.freeAll());

const userItems = matrixOf(randomRows(80, 70, 3, 0.2));
const itemUsers = transpose(userItems);

it.each(["cg", "preconditioned", "cholesky", "subspace"] as const)(
  "%s solves items the same from panels of the transpose, to the last bit",
  (solver) => {
    const params = { n_components: 12, solver, confidence_scaling: "log", alpha0: 0.2, reg: 0.01 };
    const config = ialsConfig(params, userItems);
    const convert = (weights: Float32Array) => confidencesOf(config, weights);
    const solved = (rows: RowReader) => {
      const random = createRandom(4);
      const [users, items] = [userItems.rowCount, userItems.columnCount].map((count) => {
        const factors = new Factors(kernels, count, config.dim, config.stride);
        for (let at = 0; at < count; at++) {
          for (let k = 0; k < config.dim; k++) factors.buffer.view[at * config.stride + k] = random.normal();
        }
        return factors;
      }) as [Factors, Factors];
      const half = new HalfEpoch(kernels, config, solver, rows);
      half.begin(0);
      while (!half.done) half.step(users, items);
      half.free();
      return items.pack();
    };
    const whole = solved(rowsOf(itemUsers, convert(itemUsers.values)));
    expect(solved(new TransposedRows(userItems, convert))).toEqual(whole);
  },
);
