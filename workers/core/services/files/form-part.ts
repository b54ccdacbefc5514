/** One part of a form; its bytes must be read before the next part comes. `filename` is null for a plain field. */
export interface FormPart {
  readonly name: string;
  readonly filename: string | null;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The parts of a form as they come, and, at the end, whether it had neither an end nor a length. */
export interface ReceivedForm {
  readonly parts: AsyncIterable<FormPart>;
  readonly isOpen: boolean;
}
