/** One part of a form; its bytes must be taken before the next part comes. `filename` is null for a plain field. */
export interface FormPart {
  readonly name: string;
  readonly filename: string | null;
  readonly bytes: AsyncIterable<Uint8Array>;
}
