/** Watches the value of a fit after each epoch; larger is better. */
export interface EarlyStopping {
  /** @returns Whether this epoch is the best so far, and whether the fit should stop after it. */
  observe(value: number): { readonly isBest: boolean; readonly shouldStop: boolean };
}

/** Stops after `patience` epochs in a row that did not exceed the best one. NaN exceeds nothing. */
export function createEarlyStopping(patience: number): EarlyStopping {
  let best = Number.NEGATIVE_INFINITY;
  let epochsSinceBest = 0;
  return {
    observe(value) {
      const isBest = value > best;
      if (isBest) best = value;
      epochsSinceBest = isBest ? 0 : epochsSinceBest + 1;
      return { isBest, shouldStop: epochsSinceBest >= patience };
    },
  };
}
