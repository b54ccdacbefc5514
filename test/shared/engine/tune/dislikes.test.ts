import { expect, it } from "vitest";
import { csrRow } from "../../../../shared/engine/data/csr-row.ts";
import { createScalarKernels } from "../../../../shared/engine/kernels/scalar-kernels.ts";
import { finalEvaluation } from "../../../../shared/engine/tune/run/final-evaluation.ts";
import { runTrial } from "../../../../shared/engine/tune/run/run-trial.ts";
import { runToEnd } from "../../../../shared/engine/tune/trial/run-to-end.ts";
import { matrixOf } from "../algorithms/fit-fixture.ts";

// Every user has item 0 except the last one, who dislikes it and has item 1 next.
const PEOPLE = 5;
const train = matrixOf(Array.from({ length: PEOPLE }, (_, user) => [user < PEOPLE - 1 ? 1 : 0, 0, 1]));
const heldout = matrixOf(Array.from({ length: PEOPLE }, (_, user) => [0, user === PEOPLE - 1 ? 1 : 0, 0]));
const disliked = matrixOf(Array.from({ length: PEOPLE }, (_, user) => [user === PEOPLE - 1 ? 1 : 0, 0, 0]));

it("a trial and the final measurement give lists without what people dislike", () => {
  expect([...csrRow(disliked, PEOPLE - 1).indices]).toEqual([0]);
  const kernels = createScalarKernels();
  const common = { algorithm: "TopPop", params: {}, kernels, seed: 1 } as const;
  const trial = (dislikes: typeof disliked | undefined) =>
    runToEnd(
      runTrial({
        ...common,
        ...{ split: { train, validation: heldout, disliked: dislikes }, metric: "hit", cutoff: 1 },
      }),
    );
  const final = (dislikes: typeof disliked | undefined) =>
    runToEnd(
      finalEvaluation({
        ...common,
        ...{ parts: { seen: train, test: heldout, disliked: dislikes }, cutoffs: [1] },
      }),
    );
  expect([trial(undefined).value, trial(disliked).value]).toEqual([0, 1]);
  expect([final(undefined).metrics["hit@1"], final(disliked).metrics["hit@1"]]).toEqual([0, 1]);
});
