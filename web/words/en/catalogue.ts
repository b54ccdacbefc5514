import type { en } from "./index.ts";

/**
 * The same keys with texts of another language. A text with numbers or names in it is a function of them. A missing key does not
 * compile.
 */
export type Words<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...values: infer Values) => string
      ? (...values: Values) => string
      : Words<T[K]>;
};

/** All texts of the dashboard in one language, by room and name. */
export type Catalogue = Words<typeof en>;
