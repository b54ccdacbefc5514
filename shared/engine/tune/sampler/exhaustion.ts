import type { ParamRange, SearchSpace, SpaceParam } from "./search-space.ts";
import type { TrialHistory } from "./trial-history.ts";

/**
 * The space without choices whose configurations were all tried, such as an algorithm without parameters after its one trial. A
 * parameter with no choice left keeps them all: the space is then used up.
 */
export function withoutExhaustedChoices(space: SearchSpace, history: TrialHistory): SearchSpace {
  return space.map((param) => {
    const { range } = param;
    if (range.kind !== "choice" || param.when) return param;
    const choices = range.choices.filter(
      (choice) => history.configurationsWith(param.name, choice) < configurationCount(space, param, choice),
    );
    return choices.length === 0 ? param : { ...param, range: { ...range, choices } };
  });
}

/** The number of configurations with this choice; never too small. */
function configurationCount(space: SearchSpace, chosen: SpaceParam, choice: unknown): number {
  return space
    .filter(({ when }) => when?.param !== chosen.name || when.equals === choice)
    .reduce((count, param) => (param === chosen ? count : count * valueCount(param.range)), 1);
}

function valueCount(range: ParamRange): number {
  if (range.kind === "choice") return range.choices.length;
  if (range.kind === "int") return range.high - range.low + 1;
  return range.low < range.high ? Number.POSITIVE_INFINITY : 1;
}
