/** Text with line feeds in place of carriage returns at line ends. */
export function withLineFeeds(text: string, hasCarriageReturnLines: boolean): string {
  return hasCarriageReturnLines ? text.replaceAll("\r", "\n") : text;
}
