/** Text whose lines end in line feeds, where carriage returns end them. */
export function withLineFeeds(text: string, hasCarriageReturnLines: boolean): string {
  return hasCarriageReturnLines ? text.replaceAll("\r", "\n") : text;
}
