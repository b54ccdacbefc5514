/** The best value so far of several studies, a step line each. Pure. */
import { baseAxis, type Panel, scaleAround, shareOf, valueAxis } from "../../../components/plot/scale.ts";
import type { Mark, Scene } from "../../../components/plot/scene.ts";

export interface BestLine {
  readonly colour: string;
  /** Numbers of trials, ascending, from 0. */
  readonly numbers: readonly number[];
  /** The best up to each; null before the first complete trial. */
  readonly best: readonly (number | null)[];
}

export const BEST_PLOT_PX = 260;
const ROOM = { left: 52, right: 16, top: 12, bottom: 26 };

/** The trials at which a study got better, and the value from then on. */
export function stepsUp({ numbers, best }: BestLine): { readonly trial: number; readonly value: number }[] {
  return best.flatMap((value, at) => {
    const trial = numbers[at];
    return value === null || trial === undefined || value === best[at - 1] ? [] : [{ trial, value }];
  });
}

export function bestPlot(width: number, lines: readonly BestLine[]): Scene {
  const panel: Panel = {
    ...{ x: ROOM.left, y: ROOM.top },
    ...{ width: width - ROOM.left - ROOM.right, height: BEST_PLOT_PX - ROOM.top - ROOM.bottom },
  };
  const last = Math.max(1, ...lines.map(({ numbers }) => numbers.at(-1) ?? 0));
  const trials = { low: 0, high: last, isLog: false };
  const values = scaleAround(lines.flatMap((line) => stepsUp(line).map(({ value }) => value)));
  const xOf = (trial: number) => panel.x + panel.width * shareOf(trials, trial);
  const yOf = (value: number) => panel.y + panel.height * (1 - shareOf(values, value));
  const drawn = lines.flatMap((line, at): Mark[] => {
    const steps = stepsUp(line);
    const points = steps.flatMap(({ trial, value }, step) => {
      const before = steps[step - 1]?.value;
      const corner = before === undefined ? [] : [xOf(trial), yOf(before)];
      return [...corner, xOf(trial), yOf(value)];
    });
    const end = steps.at(-1);
    if (end === undefined) return [];
    const all = [...points, xOf(line.numbers.at(-1) ?? 0), yOf(end.value)];
    return [{ kind: "line", points: all, width: 2, colour: line.colour, key: at }];
  });
  const whole = (tick: number) => (Number.isInteger(tick) ? String(tick) : "");
  const about = width < 500 ? 4 : 8;
  return {
    ...{ width, height: BEST_PLOT_PX },
    marks: [...valueAxis(panel, values), ...baseAxis(panel, trials, whole, about), ...drawn],
  };
}
