/** The types of events as a choice. Pure. */
import type { EventTailResponse } from "#contract/event-tail.ts";

type TypeCounts = EventTailResponse["types"][number];

/** The types of the last day, and the chosen one even when it has none: a choice does not vanish. */
export function choosableTypes(types: readonly TypeCounts[], chosen: string | null): TypeCounts[] {
  const isKnown = chosen === null || types.some(({ type }) => type === chosen);
  return isKnown ? [...types] : [...types, { type: chosen, last_hour: 0, last_day: 0 }];
}

/** All types together. */
export function sumOfTypes(types: readonly TypeCounts[]): Pick<TypeCounts, "last_hour" | "last_day"> {
  return {
    last_hour: types.reduce((sum, one) => sum + one.last_hour, 0),
    last_day: types.reduce((sum, one) => sum + one.last_day, 0),
  };
}
