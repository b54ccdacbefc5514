import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import { MAX_EARLIER_LINES } from "#contract/socket.ts";
import { openJobSocket } from "../../api/job-socket.ts";
import { createBatch } from "./create-batch.ts";
import { type LogLine, withEarlierLines, withNewLines } from "./log-lines.ts";

const FLUSH_MS = 250;

export interface JobLogFeed {
  readonly lines: Accessor<readonly LogLine[]>;
  readonly hasEarlier: () => boolean;
  /** Asks for the lines before the first. */
  readonly loadEarlier: () => void;
}

/** A job's log from its newest lines on: those that come, and earlier ones for the asking. */
export function createJobLog(jobId: Accessor<number>): JobLogFeed {
  const [lines, setLines] = createSignal<readonly LogLine[]>([]);
  let told: LogLine[] = [];
  let send: (data: string) => void = () => undefined;
  const flush = createBatch(
    () => {
      const batch = told;
      told = [];
      setLines((known) => withNewLines(known, batch));
    },
    () => FLUSH_MS,
  );
  createEffect(
    on(jobId, (id) => {
      told = [];
      setLines([]);
      onCleanup(
        openJobSocket(id, "logs", {
          onOpen: (sendTo) => {
            send = sendTo;
          },
          onFrame: (frame) => {
            if (frame.type === "earlier") {
              const earlier = frame.lines.map(({ line, timestamp, message }) => ({
                ...{ line, at: timestamp, text: message },
              }));
              setLines((known) => withEarlierLines(known, earlier));
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
    hasEarlier: () => first() > 1,
    loadEarlier: () => send(JSON.stringify({ type: "earlier", before: first(), limit: MAX_EARLIER_LINES })),
  };
}
