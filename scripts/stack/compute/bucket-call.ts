/**
 * A bucket of R2 through HTTP: what a call carries in its headers. Bytes are the bodies of request and response, so that they stream and
 * keep their length.
 */

export interface Condition {
  readonly etagMatches?: string;
  readonly etagDoesNotMatch?: string;
}

/** As R2 takes it: by fields, or by the headers of a request. */
export type GivenCondition = Condition | { entries(): Iterable<[string, string]> };

export interface ReadOptions {
  readonly range?: { readonly offset?: number; readonly length?: number; readonly suffix?: number };
  readonly onlyIf?: GivenCondition;
}

export interface WriteOptions {
  readonly onlyIf?: GivenCondition;
}

/** A condition that JSON can carry. */
export type SentCondition = Condition | { readonly headers: readonly (readonly [string, string])[] };

interface Sent<Options> {
  readonly options: Omit<Options, "onlyIf"> & { readonly onlyIf?: SentCondition };
}

export interface UploadedPart {
  readonly partNumber: number;
  readonly etag: string;
}

export type BucketCall = { readonly bucket: string } & (
  | { readonly type: "head"; readonly key: string }
  | ({ readonly type: "get"; readonly key: string } & Sent<ReadOptions>)
  | ({ readonly type: "put"; readonly key: string } & Sent<WriteOptions>)
  | { readonly type: "delete"; readonly keys: string | readonly string[] }
  | { readonly type: "list"; readonly options: ListOptions }
  | { readonly type: "create-upload"; readonly key: string }
  | { readonly type: "upload-part"; readonly key: string; readonly uploadId: string; readonly number: number }
  | {
      readonly type: "complete-upload";
      readonly key: string;
      readonly uploadId: string;
      readonly parts: readonly UploadedPart[];
    }
  | { readonly type: "abort-upload"; readonly key: string; readonly uploadId: string }
);

export interface ListOptions {
  readonly prefix?: string;
  readonly limit?: number;
  readonly cursor?: string;
  readonly delimiter?: string;
  readonly startAfter?: string;
}

/** What is known of a stored object. */
export interface ObjectFields {
  readonly key: string;
  readonly version: string;
  readonly size: number;
  readonly etag: string;
  readonly httpEtag: string;
  /** Epoch milliseconds. */
  readonly uploaded: number;
}

export function toHeader(value: unknown): string {
  return encodeURIComponent(JSON.stringify(value));
}

export function fromHeader(text: string): unknown {
  return JSON.parse(decodeURIComponent(text));
}

export function toSent(condition: GivenCondition): SentCondition {
  return "entries" in condition ? { headers: [...condition.entries()] } : condition;
}

export function fromSent(condition: SentCondition): Condition | Headers {
  return "headers" in condition
    ? new Headers(condition.headers.map(([name, value]) => [name, value]))
    : condition;
}
