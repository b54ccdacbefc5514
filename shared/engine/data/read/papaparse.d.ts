/** The slice of papaparse that we use, from its browser build, which has no reference to Node. Its published types pull in Node's, which the engine must not see. */
declare module "papaparse/papaparse.min.js" {
  export interface ParserResult {
    readonly data: string[][];
    readonly errors: readonly {
      readonly code: "MissingQuotes" | "InvalidQuotes";
      /** Index in `data` of the row at fault; data.length when that row is not finished. */
      readonly row: number;
    }[];
    /** `cursor`: where the input goes on after the last finished row. */
    readonly meta: { readonly cursor: number };
  }
  interface Parser {
    parse(input: string, baseIndex: number, ignoreLastRow: boolean): ParserResult;
  }
  const Papa: {
    readonly Parser: new (config: {
      delimiter: string;
      newline: "\n";
      preview?: number;
      fastMode?: boolean;
    }) => Parser;
  };
  // biome-ignore lint/style/noDefaultExport: the library's own shape.
  export default Papa;
}
