import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from "solid-js";
import { type Importance, importanceOf } from "./importance/parameter-importance.ts";
import { type ParamScale, toPoints } from "./params/param-scales.ts";
import type { DotTrial } from "./plots/dot-trial.ts";

/** With fewer complete trials the shares are chance. */
export const MIN_TRIALS = 10;
/** One turn of work; the page answers in between. */
const TURN_MS = 12;
/** A running study is looked at again when it has grown by a tenth. */
const GROWTH = 1.1;

/**
 * The importance of each parameter of an algorithm, computed in turns; null while it is computed, and where no parameter explains
 * anything.
 */
export function createImportance(
  trials: Accessor<readonly DotTrial[]>,
  scales: Accessor<readonly ParamScale[]>,
) {
  const [found, setFound] = createSignal<Importance | null>(null);
  const [isBusy, setBusy] = createSignal(false);
  const complete = createMemo(() => trials().filter(({ isPruned }) => !isPruned));
  /** Changes at each growth by a tenth, and with the algorithm or its parameters. */
  const version = createMemo(() => {
    const names = scales().map(({ name }) => name);
    const step = Math.floor(Math.log(Math.max(1, complete().length)) / Math.log(GROWTH));
    return `${complete()[0]?.algorithm}/${names.join()}/${step}`;
  });
  createEffect(
    on(version, () => {
      if (complete().length < MIN_TRIALS || scales().length === 0) {
        setFound(null);
        return;
      }
      const run = importanceOf(toPoints(scales(), complete()));
      setBusy(true);
      let timer = setTimeout(work);
      onCleanup(() => clearTimeout(timer));
      function work(): void {
        const until = performance.now() + TURN_MS;
        let step = run.next();
        while (!step.done && performance.now() < until) step = run.next();
        if (!step.done) {
          timer = setTimeout(work);
          return;
        }
        setFound(step.value);
        setBusy(false);
      }
    }),
  );
  return { found, isBusy, completeCount: () => complete().length };
}
