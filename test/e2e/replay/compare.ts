/** Compares an answer with a recorded one: volatile values by their form, everything else literally. */

/** Fields that an answer may have beside the recorded ones, and when. */
const OWN_FIELDS = (expected: Readonly<Record<string, unknown>>) => [
  ...(expected.status === "error" ? ["error"] : []),
  // The K-pop service's documents have the tags of a post there.
  ...("communityId" in expected ? ["tags"] : []),
];

const FORMS: Readonly<Record<string, string>> = {
  int: "-?\\d+",
  datetime: "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+(?:Z|[+-]\\d\\d:\\d\\d)?",
  uuid: "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
  hex32: "[0-9a-f]{32}",
  text: ".*",
  "database error text": ".+",
  jwt: "[\\w-]+\\.[\\w-]+\\.[\\w-]+",
};

/** Problems, each with its place; empty where the two agree. */
export function differences(expected: unknown, actual: unknown, place = "body"): string[] {
  if (typeof expected === "string") return textDifferences(expected, actual, place);
  if (Array.isArray(expected)) return listDifferences(expected, actual, place);
  if (typeof expected !== "object" || expected === null) {
    return expected === actual ? [] : [`${place}: ${shown(actual)} instead of ${shown(expected)}`];
  }
  if (typeof actual !== "object" || actual === null || Array.isArray(actual)) {
    return [`${place}: ${shown(actual)} instead of an object`];
  }
  const wanted = expected as Readonly<Record<string, unknown>>;
  const found = actual as Readonly<Record<string, unknown>>;
  const own = OWN_FIELDS(wanted);
  const more = Object.keys(found).filter((key) => !(key in wanted) && !own.includes(key));
  return [
    ...more.map((key) => `${place}.${key}: is not in the recording`),
    ...Object.entries(wanted).flatMap(([key, value]) =>
      key in found ? differences(value, found[key], `${place}.${key}`) : [`${place}.${key}: is missing`],
    ),
  ];
}

function textDifferences(expected: string, actual: unknown, place: string): string[] {
  if (/^<int(:\w+)?>$/.test(expected)) {
    return Number.isInteger(actual) ? [] : [`${place}: ${shown(actual)} instead of a whole number`];
  }
  if (expected === "<float>") {
    return typeof actual === "number" ? [] : [`${place}: ${shown(actual)} instead of a number`];
  }
  if (/^<list:\w+>$/.test(expected)) {
    return Array.isArray(actual) ? [] : [`${place}: ${shown(actual)} instead of a list`];
  }
  // A variable that this line captures.
  if (/^\{\w+\}$/.test(expected)) return actual === undefined ? [`${place}: is missing`] : [];
  const source = expected
    .split(/(<[\w ]+(?::\w+)?>)/)
    .map((part) => {
      const [, form = ""] = /^<([\w ]+)(?::\w+)?>$/.exec(part) ?? [];
      return FORMS[form] ?? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    })
    .join("");
  const fits = typeof actual === "string" && new RegExp(`^${source}$`, "s").test(actual);
  return fits ? [] : [`${place}: ${shown(actual)} instead of ${shown(expected)}`];
}

function listDifferences(expected: readonly unknown[], actual: unknown, place: string): string[] {
  if (!Array.isArray(actual)) return [`${place}: ${shown(actual)} instead of a list`];
  const [, count] = /^<\.\.\. (\d+) in all>$/.exec(String(expected.at(-1))) ?? [];
  const head = count === undefined ? expected : expected.slice(0, -1);
  const length = count === undefined ? expected.length : Number(count);
  const wrongLength =
    actual.length === length ? [] : [`${place}: ${actual.length} entries instead of ${length}`];
  return [...wrongLength, ...head.flatMap((one, at) => differences(one, actual[at], `${place}[${at}]`))];
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
