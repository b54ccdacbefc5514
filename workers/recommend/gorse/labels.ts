/**
 * Labels of users and items as properties. An object's labels are a property each (`Labels.topic`), so that rules and models read them;
 * anything else is the property `Labels`.
 */
type Properties = Readonly<Record<string, unknown>>;

const LABELS = "Labels";
const PREFIX = `${LABELS}.`;

export function propertiesOfLabels(labels: unknown): Record<string, unknown> {
  if (labels === null || labels === undefined) return {};
  if (typeof labels !== "object" || Array.isArray(labels)) return { [LABELS]: labels };
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [`${PREFIX}${name}`, value]));
}

/** Null without labels. */
export function labelsOf(properties: Properties): unknown {
  const own = Object.entries(properties).filter(([name]) => name.startsWith(PREFIX));
  if (own.length === 0) return properties[LABELS] ?? null;
  return Object.fromEntries(own.map(([name, value]) => [name.slice(PREFIX.length), value]));
}

/** Changes that put labels in the place of those that there are. */
export function replacedLabels(before: Properties, labels: unknown): Record<string, unknown> {
  const isLabel = (name: string) => name === LABELS || name.startsWith(PREFIX);
  const gone = Object.keys(before).filter(isLabel);
  return { ...Object.fromEntries(gone.map((name) => [name, null])), ...propertiesOfLabels(labels) };
}
