import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import { openJobSocket } from "../../api/job-socket.ts";

export interface LogLine {
  readonly at: string;
  readonly text: string;
}

/** More would slow the page down; the server keeps them all. */
const LINES_KEPT = 1_000;

/** A job's log. The server replays it on every connection, so each begins with an empty sheet. */
export function createJobLog(jobId: Accessor<number>): Accessor<readonly LogLine[]> {
  const [lines, setLines] = createSignal<readonly LogLine[]>([]);
  createEffect(
    on(jobId, (id) => {
      setLines([]);
      onCleanup(
        openJobSocket(id, "logs", {
          onRestart: () => setLines([]),
          onFrame: (frame) => {
            if (frame.type !== "log") return;
            setLines((known) => [...known, { at: frame.timestamp, text: frame.message }].slice(-LINES_KEPT));
          },
        }),
      );
    }),
  );
  return lines;
}
