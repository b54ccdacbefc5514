/** Finds the separator of a text by the consistency of its columns. */
import { cleanText } from "./clean-id.ts";
import { isPosition } from "./column-names.ts";
import { lineCells, sampleLines } from "./sample.ts";
import { BLANKS } from "./separator.ts";

export interface FoundSeparator {
  readonly separator: string;
  /** How it was found, for readers. */
  readonly reason: string;
}

const CANDIDATES = [",", "\t", ";", "|", "::"] as const;
/** Candidates whose consistency differs by less than this are compared by the cells that they leave. */
const NEARLY = 0.1;

interface Candidate {
  readonly separator: string;
  readonly rows: readonly (readonly string[])[];
  /** Share of the lines with as many cells as the first; 0 when the first has only one. */
  readonly score: number;
}

/**
 * @param usual The separator that the file's name suggests; null for another name.
 * @param wanted Required columns: a separator by which the first row has all named ones is the right one.
 * @returns Null when no separator divides the first line.
 */
export function findSeparator(
  text: string,
  isWhole: boolean,
  usual: string | null,
  wanted: readonly string[],
): FoundSeparator | null {
  const lines = sampleLines(text, isWhole);
  const order = [usual, ...CANDIDATES, BLANKS].filter(
    (one, at, all) => one !== null && all.indexOf(one) === at,
  );
  const candidates = order.map((separator) => candidateOf(lines, separator as string));
  const names = wanted.filter((name) => !isPosition(name)).map(cleanText);
  const named = candidates.filter(({ rows: [first = []] }) => {
    const cells = first.map(cleanText);
    return first.length > 1 && names.length > 0 && names.every((name) => cells.includes(name));
  });
  const positions = wanted.filter(isPosition).map((name) => Number(name) - 1);
  const cutting = candidates.filter(({ score }) => score > 0);
  const wide = cutting.filter(({ rows: [first = []] }) => positions.every((at) => at < first.length));
  const best = bestOf(named.length > 0 ? named : wide.length > 0 ? wide : cutting, positions);
  return best && { separator: best.separator, reason: reasonOf(best) };
}

function candidateOf(lines: readonly string[], separator: string): Candidate {
  const rows = lines.map((line) => lineCells(line, separator));
  const width = rows[0]?.length ?? 0;
  const same = rows.filter((cells) => cells.length === width).length;
  return { separator, rows, score: width < 2 ? 0 : same / rows.length };
}

/** Candidates are in order of preference. */
function bestOf(candidates: readonly Candidate[], positions: readonly number[]): Candidate | null {
  const top = Math.max(0, ...candidates.map(({ score }) => score));
  const near = candidates.filter(({ score }) => score > top - NEARLY);
  const left = near.filter((one) => !near.some((other) => other !== one && yieldsTo(one, other, positions)));
  const field = left.length > 0 ? left : near;
  return field.reduce<Candidate | null>((best, one) => (best && best.score >= one.score ? best : one), null);
}

/** Whether the separator of one candidate is part of the cells that another leaves. */
function yieldsTo(one: Candidate, other: Candidate, positions: readonly number[]): boolean {
  if (one.separator === "," && areDecimal(other.rows)) return true;
  if (one.separator === BLANKS) return !(other.separator === "," && areDecimal(one.rows));
  const isCut = isCutIn(one.rows, positions, other.separator);
  if (isCut !== isCutIn(other.rows, positions, one.separator)) return isCut;
  // "Lamp, red": text with the same number of commas in every line.
  if (other.separator === BLANKS) return false;
  return isProse(one.rows) && !isProse(other.rows);
}

const DECIMAL = /^[+-]?\d+,\d+(e[+-]?\d+)?$/i;

/** Whether every comma that stays in the cells belongs to a number. */
function areDecimal(rows: readonly (readonly string[])[]): boolean {
  const left = rows
    .flat()
    .map((cell) => cell.trim())
    .filter((cell) => cell.includes(","));
  return left.length > 0 && left.every((cell) => DECIMAL.test(cell));
}

/** Whether some wanted column holds a separator in every row. */
function isCutIn(rows: Candidate["rows"], positions: readonly number[], separator: string): boolean {
  return positions.some((at) => rows.every((cells) => cells[at]?.includes(separator)));
}

/** Whether every cell but the first of each row begins with a blank. */
function isProse(rows: readonly (readonly string[])[]): boolean {
  return rows.every((cells) => cells.slice(1).every((cell) => cell.startsWith(" ")));
}

function reasonOf({ rows }: Candidate): string {
  const width = rows[0]?.length ?? 0;
  const same = rows.filter((cells) => cells.length === width).length;
  return `${same} of the first ${rows.length} lines have ${width} columns`;
}
