/** Names of columns: which ones mean a position, and how messages show them. */

const POSITION = /^[1-9]\d{0,3}$/;
const NAMES_IN_MESSAGE = 12;

/** Whether a name of a column may mean a position from 1. */
export function isPosition(name: string): boolean {
  return POSITION.test(name);
}

/** A sentence that lists the columns. */
export function knownColumns(names: readonly string[]): string {
  return names.length === 0 ? "The file has no columns." : `The file has the columns ${listed(names)}.`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_IN_MESSAGE).map((name) => `"${shorten(name)}"`);
  return names.length > NAMES_IN_MESSAGE
    ? `${shown.join(", ")} and ${names.length - NAMES_IN_MESSAGE} more`
    : shown.join(", ");
}

/** Text for a message: without control characters, at most 60 characters. */
export function shorten(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern removes them.
  const clean = text.replace(/[\u0000-\u001f\u007f]/g, " ");
  return clean.length > 60 ? `${clean.slice(0, 59)}…` : clean;
}
