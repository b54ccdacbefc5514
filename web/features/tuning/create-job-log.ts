import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import { MAX_EARLIER_LINES } from "#contract/socket.ts";
import { openJobSocket } from "../../api/job-socket.ts";
import { createBatch } from "./create-batch.ts";
import { type LogLine, withEarlierLines, withNewLines } from "./log-lines.ts";

const FLUSH_MS = 250;

export interface JobLogFeed {
  readonly lines: Accessor<readonly LogLine[]>;
  /** Whether all earlier lines have arrived. */
  readonly isKnown: Accessor<boolean>;
  readonly hasEarlier: () => boolean;
  /** Asks for the lines before the first. */
  readonly loadEarlier: () => void;
}

/** A job's log from its newest lines on: new lines as they come, and earlier ones on request. */
export function createJobLog(jobId: Accessor<number>): JobLogFeed {
  const [lines, setLines] = createSignal<readonly LogLine[]>([]);
  const [isKnown, setKnown] = createSignal(false);
  let told: LogLine[] = [];
  let isComplete = false;
  let send: (data: string) => void = () => undefined;
  const flush = createBatch(
    () => {
      const batch = told;
      told = [];
      setLines((known) => withNewLines(known, batch));
      setKnown(isComplete);
    },
    () => FLUSH_MS,
  );
  createEffect(
    on(jobId, (id) => {
      told = [];
      isComplete = false;
      setLines([]);
      setKnown(false);
      onCleanup(
        openJobSocket(id, "logs", {
          onOpen: (sendTo) => {
            send = sendTo;
            // The newest lines come without a request, and the answer to this one comes after them.
            send(JSON.stringify({ type: "earlier", before: 1, limit: 1 }));
          },
          onFrame: (frame) => {
            if (frame.type === "earlier") {
              const earlier = frame.lines.map(({ line, timestamp, message }) => ({
                ...{ line, at: timestamp, text: message },
              }));
              setLines((known) => withEarlierLines(known, earlier));
              isComplete = true;
              flush();
            }
            if (frame.type !== "log" || frame.line === undefined) return;
            told.push({ line: frame.line, at: frame.timestamp, text: frame.message });
            flush();
          },
        }),
      );
    }),
  );
  const first = () => lines()[0]?.line ?? 1;
  return {
    lines,
    isKnown,
    hasEarlier: () => first() > 1,
    loadEarlier: () => send(JSON.stringify({ type: "earlier", before: first(), limit: MAX_EARLIER_LINES })),
  };
}
