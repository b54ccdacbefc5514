/** The side of the stack's own process: does with its bucket what a compute process calls for. */
import {
  type BucketCall,
  type Condition,
  fromSent,
  type ObjectFields,
  type ReadOptions,
  type SentCondition,
  toHeader,
  type UploadedPart,
} from "./bucket-call.ts";
import { OBJECT_HEADER } from "./names.ts";

interface StoredObject extends Omit<ObjectFields, "uploaded"> {
  readonly uploaded: Date;
}

interface Upload {
  readonly uploadId: string;
  uploadPart(number: number, bytes: ArrayBuffer): Promise<UploadedPart>;
  complete(parts: readonly UploadedPart[]): Promise<StoredObject>;
  abort(): Promise<void>;
}

type Taken<Options> = Omit<Options, "onlyIf"> & { readonly onlyIf?: Condition | Headers };

/** The part of an R2 bucket that is lent. */
export interface LentBucket {
  head(key: string): Promise<StoredObject | null>;
  get(
    key: string,
    options: Taken<ReadOptions>,
  ): Promise<(StoredObject & { readonly body?: ReadableStream<Uint8Array> }) | null>;
  put(
    key: string,
    value: ReadableStream<Uint8Array> | ArrayBuffer,
    options: Taken<object>,
  ): Promise<StoredObject | null>;
  delete(keys: string | readonly string[]): Promise<void>;
  list(options: object): Promise<{ readonly objects: readonly StoredObject[] } & ListEnd>;
  createMultipartUpload(key: string): Promise<Upload>;
  resumeMultipartUpload(key: string, uploadId: string): Upload;
}

interface ListEnd {
  readonly truncated: boolean;
  readonly cursor?: string;
  readonly delimitedPrefixes: readonly string[];
}

/** Answers 404 where R2 gives null. Throws what R2 throws. */
export async function answerBucket(
  bucket: LentBucket,
  call: BucketCall,
  body: ReadableStream<Uint8Array> | null,
): Promise<Response> {
  switch (call.type) {
    case "head":
      return described(await bucket.head(call.key));
    case "get": {
      const object = await bucket.get(call.key, taken(call.options));
      return described(object, object?.body ?? null);
    }
    case "put":
      return described(await bucket.put(call.key, body ?? new ArrayBuffer(0), taken(call.options)));
    case "delete":
      await bucket.delete(call.keys);
      return Response.json(null);
    case "list": {
      const { objects, ...end } = await bucket.list(call.options);
      return Response.json({ ...end, objects: objects.map(fieldsOf) });
    }
    case "create-upload":
      return Response.json((await bucket.createMultipartUpload(call.key)).uploadId);
    default: {
      return Response.json(
        await goOnUploading(bucket.resumeMultipartUpload(call.key, call.uploadId), call, body),
      );
    }
  }
}

async function goOnUploading(
  upload: Upload,
  call: Extract<BucketCall, { readonly uploadId: string }>,
  body: ReadableStream<Uint8Array> | null,
): Promise<unknown> {
  if (call.type === "abort-upload") return (await upload.abort()) ?? null;
  if (call.type === "complete-upload") return fieldsOf(await upload.complete(call.parts));
  const { partNumber, etag } = await upload.uploadPart(call.number, await new Response(body).arrayBuffer());
  return { partNumber, etag };
}

/** With the fields in a header. Bytes of the object are the body; none where a condition fails. */
function described(object: StoredObject | null, body: ReadableStream<Uint8Array> | null = null): Response {
  if (object === null) return new Response(null, { status: 404 });
  const headers = { [OBJECT_HEADER]: toHeader(fieldsOf(object)) };
  return new Response(body, { status: body === null ? 204 : 200, headers });
}

function fieldsOf({ key, version, size, etag, httpEtag, uploaded }: StoredObject): ObjectFields {
  return { key, version, size, etag, httpEtag, uploaded: uploaded.getTime() };
}

function taken<Options extends { readonly onlyIf?: SentCondition }>({ onlyIf, ...options }: Options) {
  return onlyIf ? { ...options, onlyIf: fromSent(onlyIf) } : options;
}
