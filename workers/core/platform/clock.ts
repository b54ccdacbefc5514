/** Milliseconds since the epoch. An argument wherever time matters, so that tests control the clock. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();
