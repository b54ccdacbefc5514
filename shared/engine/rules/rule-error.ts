/** A place in a rule's text, in UTF-16 code units: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface RuleProblem {
  readonly span: Span;
  /** What is wrong, as a sentence without a full stop. */
  readonly reason: string;
  /** What could stand at the place. */
  readonly expected?: string | undefined;
  /** What the author may have meant, as a text to write instead. */
  readonly suggestion?: string | undefined;
}

/** A rule that cannot be used. Its message is safe to show; the place lies inside the text or at its end. */
export class RuleError extends Error {
  readonly reason: string;
  /** UTF-16 code units before the place, and of it. */
  readonly offset: number;
  readonly length: number;
  /** From 1. A column counts UTF-16 code units. */
  readonly line: number;
  readonly column: number;
  readonly expected: string | null;
  readonly suggestion: string | null;

  constructor(text: string, { span, reason, expected, suggestion }: RuleProblem) {
    const offset = Math.min(span.start, text.length);
    const lines = text.slice(0, offset).split("\n");
    const line = lines.length;
    const column = (lines[line - 1] as string).length + 1;
    const wanted = expected ? ` Expected: ${expected}.` : "";
    const meant = suggestion ? ` Did you mean ${suggestion}?` : "";
    super(`Line ${line}, column ${column}: ${reason}.${wanted}${meant}`);
    this.name = "RuleError";
    this.reason = reason;
    this.offset = offset;
    this.length = Math.max(0, Math.min(span.end, text.length) - offset);
    this.line = line;
    this.column = column;
    this.expected = expected ?? null;
    this.suggestion = suggestion ?? null;
  }
}
