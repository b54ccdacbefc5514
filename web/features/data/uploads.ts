/**
 * The uploads of this page, one per project and kind. They live outside the components: an upload goes on while other
 * pages are open.
 */
import { createRoot } from "solid-js";
import { createStore } from "solid-js/store";
import type { UploadKind, UploadResponse } from "#contract/upload.ts";
import { ApiError, describeError, isApiError } from "../../api/api-error.ts";
import { abandonUpload, completeUpload, openUpload, readUpload, sendPart } from "../../api/uploads.ts";
import { refusalOf } from "./inspect-file.ts";
import { runUpload } from "./run-upload.ts";
import { makeTransferRate } from "./transfer-rate.ts";
import { isSameFile, readUnfinished, writeUnfinished } from "./unfinished-upload.ts";

export interface UploadState {
  readonly phase: "sending" | "waiting" | "completing" | "done" | "failed";
  readonly file: File;
  readonly sentBytes: number;
  readonly bytesPerSecond: number | null;
  readonly error: string | null;
  /** False when the server would refuse the same file again. */
  readonly canRetry: boolean;
  /** The row that ingestion fills, once complete. */
  readonly rowId: number | null;
}

export interface UploadTarget {
  readonly projectId: number;
  readonly kind: UploadKind;
}

const [states, setStates] = createRoot(() => createStore<Record<string, UploadState | undefined>>({}));
const controllers = new Map<string, AbortController>();

const keyOf = ({ projectId, kind }: UploadTarget) => `${projectId}/${kind}`;

export function uploadState(target: UploadTarget): UploadState | undefined {
  return states[keyOf(target)];
}

export function dismissUpload(target: UploadTarget): void {
  setStates(keyOf(target), undefined);
}

export function cancelUpload(target: UploadTarget): void {
  const unfinished = readUnfinished(target.projectId, target.kind);
  controllers.get(keyOf(target))?.abort();
  writeUnfinished(target.projectId, target.kind, null);
  dismissUpload(target);
  if (unfinished) void abandonUpload(unfinished.uploadId);
}

/** Uploads a file, and continues an interrupted upload of the same file. Never rejects: its state gives the outcome. */
export async function startUpload(target: UploadTarget, file: File): Promise<void> {
  const key = keyOf(target);
  controllers.get(key)?.abort();
  const controller = new AbortController();
  controllers.set(key, controller);
  const update = (change: Partial<UploadState>) => {
    if (!controller.signal.aborted) setStates(key, (state) => ({ ...fresh(file), ...state, ...change }));
  };
  setStates(key, fresh(file));
  window.addEventListener("beforeunload", warnBeforeLeaving);
  try {
    const problem = await refusalOf(file);
    if (problem !== null) throw new ApiError("invalid", problem);
    const upload = await resumeOrOpen(target, file, controller.signal);
    await sendAll(upload, file, controller.signal, update);
    update({ phase: "completing", sentBytes: file.size });
    const rowId = await completeUpload(upload.id, controller.signal);
    writeUnfinished(target.projectId, target.kind, null);
    update({ phase: "done", rowId });
  } catch (error) {
    // A refused file would be refused again, so there is nothing to resume.
    if (!controller.signal.aborted && !mayHeal(error)) {
      writeUnfinished(target.projectId, target.kind, null);
    }
    update({ phase: "failed", error: describeError(error), canRetry: mayHeal(error) });
  } finally {
    if (controllers.get(key) === controller) controllers.delete(key);
    if (controllers.size === 0) window.removeEventListener("beforeunload", warnBeforeLeaving);
  }
}

function fresh(file: File): UploadState {
  return {
    phase: "sending",
    file,
    sentBytes: 0,
    bytesPerSecond: null,
    error: null,
    canRetry: true,
    rowId: null,
  };
}

async function resumeOrOpen(target: UploadTarget, file: File, signal: AbortSignal): Promise<UploadResponse> {
  const { projectId, kind } = target;
  const unfinished = readUnfinished(projectId, kind);
  if (unfinished && isSameFile(unfinished, file)) {
    try {
      return await readUpload(unfinished.uploadId, signal);
    } catch (error) {
      if (!isApiError(error, "notFound")) throw error;
    }
  }
  const body = { project: projectId, kind, filename: file.name, size: file.size };
  const upload = await openUpload(body, signal);
  const { name: filename, size, lastModified } = file;
  writeUnfinished(projectId, kind, { uploadId: upload.id, filename, size, lastModified });
  return upload;
}

function sendAll(
  upload: UploadResponse,
  file: File,
  signal: AbortSignal,
  update: (change: Partial<UploadState>) => void,
): Promise<void> {
  const rate = makeTransferRate();
  return runUpload(
    { size: file.size, partSize: upload.part_size, received: upload.received },
    {
      sendPart: (part, onProgress) =>
        sendPart({
          uploadId: upload.id,
          part: part.number,
          bytes: file.slice(part.start, part.end),
          signal,
          onProgress,
        }),
      readReceived: async () => (await readUpload(upload.id, signal)).received,
      mayHeal: (error) =>
        error instanceof ApiError && ["network", "server", "rateLimited"].includes(error.kind),
      wait: (delayMs) => waitOrAbort(delayMs, signal),
      random: Math.random,
      onProgress: (sentBytes) => {
        rate.add(sentBytes, performance.now());
        update({ phase: "sending", sentBytes, bytesPerSecond: rate.perSecond() });
      },
      onPause: () => update({ phase: "waiting", bytesPerSecond: null }),
    },
  );
}

function mayHeal(error: unknown): boolean {
  return error instanceof ApiError && ["network", "server", "rateLimited"].includes(error.kind);
}

function waitOrAbort(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}

function warnBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
