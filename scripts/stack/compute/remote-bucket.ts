/** The side of a compute process: a bucket of R2 in the stack's own process, with the part of its interface that the trainer uses. */
import {
  type BucketCall,
  fromHeader,
  type GivenCondition,
  type ListOptions,
  type ObjectFields,
  type ReadOptions,
  toSent,
  type UploadedPart,
  type WriteOptions,
} from "./bucket-call.ts";
import { OBJECT_HEADER } from "./names.ts";

type Bytes = ReadableStream<Uint8Array> | ArrayBuffer | Uint8Array | string;
type CallOf<Type extends BucketCall["type"]> = Omit<Extract<BucketCall, { readonly type: Type }>, "bucket">;

/** Sends a call with its bytes. Throws with the reason of an answer that tells of an error. */
export type SendBucketCall = (call: CallOf<BucketCall["type"]>, body?: Bytes) => Promise<Response>;

/** @returns The object that stands for the bucket's binding. */
export function remoteBucket(send: SendBucketCall) {
  const ask = async (call: CallOf<BucketCall["type"]>, body?: Bytes) => (await send(call, body)).json();
  return {
    async head(key: string) {
      return objectOf(await send({ type: "head", key } as CallOf<"head">));
    },
    async get(key: string, options: ReadOptions = {}) {
      const response = await send({ type: "get", key, options: sent(options) } as CallOf<"get">);
      const object = objectOf(response);
      return object === null || response.status === 204 ? object : withBody(object, response);
    },
    async put(key: string, value: Bytes, options: WriteOptions = {}) {
      return objectOf(await send({ type: "put", key, options: sent(options) } as CallOf<"put">, value));
    },
    async delete(keys: string | readonly string[]) {
      await ask({ type: "delete", keys } as CallOf<"delete">);
    },
    async list(options: ListOptions = {}) {
      const listed = (await ask({ type: "list", options } as CallOf<"list">)) as {
        readonly objects: readonly ObjectFields[];
      };
      return { ...listed, objects: listed.objects.map(withDate) };
    },
    async createMultipartUpload(key: string) {
      const uploadId = (await ask({ type: "create-upload", key } as CallOf<"create-upload">)) as string;
      return uploadOf(ask, key, uploadId);
    },
  };
}

function uploadOf(
  ask: (call: CallOf<BucketCall["type"]>, body?: Bytes) => Promise<unknown>,
  key: string,
  uploadId: string,
) {
  return {
    key,
    uploadId,
    async uploadPart(number: number, bytes: Bytes) {
      const call = { type: "upload-part", key, uploadId, number } as CallOf<"upload-part">;
      return (await ask(call, bytes)) as UploadedPart;
    },
    async complete(parts: readonly UploadedPart[]) {
      const call = { type: "complete-upload", key, uploadId, parts } as CallOf<"complete-upload">;
      return withDate((await ask(call)) as ObjectFields);
    },
    async abort() {
      await ask({ type: "abort-upload", key, uploadId } as CallOf<"abort-upload">);
    },
  };
}

function sent<Options extends { readonly onlyIf?: GivenCondition }>({ onlyIf, ...options }: Options) {
  return onlyIf ? { ...options, onlyIf: toSent(onlyIf) } : options;
}

function objectOf(response: Response) {
  const described = response.headers.get(OBJECT_HEADER);
  return described === null ? null : withDate(fromHeader(described) as ObjectFields);
}

function withDate(fields: ObjectFields) {
  return { ...fields, uploaded: new Date(fields.uploaded) };
}

function withBody(object: ReturnType<typeof withDate>, response: Response) {
  return {
    ...object,
    body: response.body,
    arrayBuffer: () => response.arrayBuffer(),
    text: () => response.text(),
    json: () => response.json(),
  };
}
