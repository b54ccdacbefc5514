import type { FEATURE_WEIGHTINGS as Weightings } from "#contract/algorithms.ts";
import { FEATURE_WEIGHTINGS } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { RANGE_KINDS, type RangeKind } from "../../data/side-features.ts";
import { EngineError } from "../../engine-error.ts";
import { requireCompressedRows, requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import type { ContentParts } from "./content-parts.ts";
import { type ExpectedUsers, MOST_POWER } from "./expected-users.ts";
import type { ContentColumns, ContentRange, ContentWeighting } from "./row-weigher.ts";

const SETTINGS = "content.settings";
const COLUMNS = "content.columns";
const MEAN_LENGTHS = "content.mean-lengths";
const WORD_IDF = "content.word-idf";
const IDF = "content.idf";
const WEIGHTS = "content.weights";
const INDPTR = "content.rows.indptr";
const INDICES = "content.rows.indices";
const VALUES = "content.rows.values";
const POPULARITY = "content.popularity";
const EXPECTED_ROOTED = "content.expected.rooted";
const EXPECTED_COUNTED = "content.expected.counted";
const LINKS = "content.links";

const SETTINGS_LENGTH = 10;
/** Of models that expect the same number of users of all new items. */
const OLD_SETTINGS_LENGTH = 8;
const MOST = 2 ** 31;

/** A model as sections; copies. */
export function contentSections(parts: ContentParts): Section[] {
  const { rows, weights, weighting, columns, weightPower, popularity, expected, links } = parts;
  const { scheme, k1, b, isSublinear, isPerColumn } = weighting;
  const { mean, power, rooted, counted } = expected;
  const settings = [FEATURE_WEIGHTINGS.indexOf(scheme), k1, b, Number(isSublinear), Number(isPerColumn)];
  const codes = columns.ranges.flatMap(({ kind, from, to }) => [RANGE_KINDS.indexOf(kind), from, to]);
  return [
    {
      name: SETTINGS,
      data: Float64Array.of(rows.rowCount, rows.columnCount, weightPower, ...settings, mean, power),
    },
    { name: COLUMNS, data: Uint32Array.from(codes) },
    { name: MEAN_LENGTHS, data: Float64Array.from(columns.ranges, ({ meanLength }) => meanLength) },
    { name: WORD_IDF, data: columns.wordIdf.slice() },
    { name: IDF, data: columns.idf.slice() },
    { name: WEIGHTS, data: weights.slice() },
    { name: INDPTR, data: rows.indptr.slice() },
    { name: INDICES, data: rows.indices.slice() },
    { name: VALUES, data: rows.values.slice() },
    { name: POPULARITY, data: popularity.slice() },
    { name: EXPECTED_ROOTED, data: rooted.slice() },
    { name: EXPECTED_COUNTED, data: counted.slice() },
    // Its length stands first, so that a list without links can be told from a cut one.
    { name: LINKS, data: Uint32Array.of(links.length, ...links) },
  ];
}

/** The parts that `contentSections` wrote. Throws `BAD_ARTIFACT`. */
export function decodeContentParts(sections: readonly Section[]): ContentParts {
  const settings = requireSection(sections, SETTINGS, Float64Array, null);
  if (![SETTINGS_LENGTH, OLD_SETTINGS_LENGTH].includes(settings.length)) throw broken(SETTINGS);
  requireFinite(SETTINGS, settings);
  const itemCount = requireCount(settings, 0, 1, MOST);
  const featureCount = requireCount(settings, 1, 0, MOST);
  const indptr = requireSection(sections, INDPTR, Uint32Array, itemCount + 1);
  const indices = requireSection(sections, INDICES, Uint32Array, null);
  requireCompressedRows(INDICES, indptr, indices, featureCount);
  const stored = requireSection(sections, LINKS, Uint32Array, null);
  const links = stored.subarray(1);
  if (stored[0] !== links.length || links.some((link) => link > featureCount)) throw broken(LINKS);
  return {
    rows: {
      ...{ rowCount: itemCount, columnCount: featureCount, indptr, indices },
      values: requireAmounts(sections, VALUES, Float32Array, indices.length),
    },
    weights: requireAmounts(sections, WEIGHTS, Float64Array, featureCount),
    weighting: weightingOf(settings),
    columns: columnsOf(sections, featureCount),
    weightPower: settings[2] as number,
    popularity: requireAmounts(sections, POPULARITY, Float32Array, itemCount),
    expected: expectedOf(sections, settings, featureCount),
    links,
  };
}

function expectedOf(
  sections: readonly Section[],
  settings: Float64Array,
  featureCount: number,
): ExpectedUsers {
  if (settings.length === OLD_SETTINGS_LENGTH) {
    return { rooted: new Float32Array(), counted: new Float32Array(), mean: 1, power: 0 };
  }
  const [mean = 0, power = 0] = settings.subarray(OLD_SETTINGS_LENGTH);
  if (!(mean > 0 && power >= 0 && power <= MOST_POWER)) throw broken(SETTINGS);
  return {
    ...{ mean, power },
    rooted: requireAmounts(sections, EXPECTED_ROOTED, Float32Array, featureCount),
    counted: requireAmounts(sections, EXPECTED_COUNTED, Float32Array, featureCount),
  };
}

function weightingOf(settings: Float64Array): ContentWeighting {
  const scheme = FEATURE_WEIGHTINGS[
    requireCount(settings, 3, 0, FEATURE_WEIGHTINGS.length - 1)
  ] as (typeof Weightings)[number];
  const [k1 = 0, b = 0] = settings.subarray(4);
  const [isSublinear, isPerColumn] = [6, 7].map((at) => requireCount(settings, at, 0, 1) === 1);
  return { scheme, k1, b, isSublinear: isSublinear === true, isPerColumn: isPerColumn === true };
}

function columnsOf(sections: readonly Section[], featureCount: number): ContentColumns {
  const codes = requireSection(sections, COLUMNS, Uint32Array, null);
  if (codes.length % 3 !== 0) throw broken(COLUMNS);
  const lengths = requireAmounts(sections, MEAN_LENGTHS, Float64Array, codes.length / 3);
  const ranges: ContentRange[] = [];
  for (const [at, meanLength] of lengths.entries()) {
    const [code = 0, from = 0, to = 0] = codes.subarray(3 * at);
    const kind = RANGE_KINDS[code] as RangeKind | undefined;
    const isNext = from === (ranges.at(-1)?.to ?? 0) && from <= to && to <= featureCount;
    if (!kind || !isNext || meanLength < 1) throw broken(COLUMNS);
    ranges.push({ kind, from, to, meanLength });
  }
  if ((ranges.at(-1)?.to ?? 0) !== featureCount) throw broken(COLUMNS);
  return {
    ranges,
    wordIdf: requireAmounts(sections, WORD_IDF, Float32Array, featureCount),
    idf: requireAmounts(sections, IDF, Float64Array, featureCount),
  };
}

/** A section of finite values that are not below 0. */
function requireAmounts<Data extends Float32Array | Float64Array>(
  sections: readonly Section[],
  name: string,
  type: { readonly name: string; new (length: number): Data },
  length: number,
): Data {
  const data = requireSection(sections, name, type, length);
  requireFinite(name, data);
  if (data.some((value) => value < 0)) throw broken(name);
  return data;
}

function broken(name: string): EngineError {
  return new EngineError("BAD_ARTIFACT", `Section "${name}" of the content model is damaged.`);
}
