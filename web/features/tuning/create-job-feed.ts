import { useQuery, useQueryClient } from "@tanstack/solid-query";
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from "solid-js";
import type { TrialResponse } from "#contract/tuning-job.ts";
import { openJobSocket } from "../../api/job-socket.ts";
import type { SocketState } from "../../api/reconnecting-socket.ts";
import { isActiveJob, jobKey, jobListKey, jobQuery, listTrials } from "../../api/tuning-jobs.ts";
import { loadedData } from "../../components/loaded.tsx";
import { CollectedTrials } from "./collected-trials.ts";
import { createBatch } from "./create-batch.ts";

/** With a socket, polling is a safety net; without one it brings the news. */
const POLL_WITH_SOCKET_MS = 5_000;
const POLL_ALONE_MS = 1_500;
/** All trials of a long study take long to send and to read. */
const POLL_LONG_MS = 6_000;
/** From this many trials on a study is long, and how often its changes are shown. */
const LONG_STUDY = 300;
const SHOW_MS = 200;
const SHOW_LONG_MS = 1_500;

/** A job and its trials as they change: by socket, and by polling while there is none. */
export function createJobFeed(projectId: Accessor<number>, jobId: Accessor<number>) {
  const client = useQueryClient();
  const [connection, setConnection] = createSignal<SocketState>("connecting");
  const collected = new CollectedTrials();
  const [trials, setTrials] = createSignal<readonly TrialResponse[]>([]);
  const isLong = () => trials().length > LONG_STUDY;
  const show = createBatch(
    () => setTrials(collected.list()),
    () => (isLong() ? SHOW_LONG_MS : SHOW_MS),
  );
  const pollMs = () => (connection() === "open" ? POLL_WITH_SOCKET_MS : POLL_ALONE_MS);
  const query = useQuery(() => jobQuery(jobId(), pollMs()));
  const job = () => loadedData(query);
  const isActive = () => {
    const found = job();
    return found ? isActiveJob(found) : false;
  };

  function take(list: readonly TrialResponse[]): void {
    let isNews = false;
    for (const trial of list) isNews = collected.take(trial) || isNews;
    if (isNews) show();
  }

  createEffect(
    on(jobId, (id) => {
      collected.clear();
      setTrials([]);
      onCleanup(
        openJobSocket(id, "status", {
          onState: setConnection,
          // The socket reports changes from now on; this request fetches everything before.
          onOpen: () => void client.invalidateQueries({ queryKey: trialsKey(id) }),
          onFrame: (frame) => {
            if (frame.type === "trial") take([frame.trial]);
            if (frame.type === "status_update") void client.invalidateQueries({ queryKey: jobKey(id) });
          },
        }),
      );
    }),
  );

  const pollTrialsMs = () => (isLong() ? POLL_LONG_MS : POLL_ALONE_MS);
  const trialsQuery = useQuery(() => ({
    queryKey: trialsKey(jobId()),
    queryFn: async ({ signal }) => {
      const id = jobId();
      const list = await listTrials(id, signal);
      if (id === jobId()) take(list);
      // The first trials are shown at once, not in a batch: the page waits for them.
      if (trials().length === 0) setTrials(collected.list());
      return list.length;
    },
    // The trials are kept here, not in the cache: opening the page again loads them again.
    gcTime: 0,
    enabled: connection() !== "connecting",
    refetchInterval: () => (isActive() && connection() !== "open" ? pollTrialsMs() : false),
  }));

  // The end of a job changes other pages, and the last trials may have ended after the socket's last frame.
  createEffect(
    on(
      () => job()?.status,
      (status, previous) => {
        if (previous === undefined || status === previous || isActive()) return;
        void client.invalidateQueries({ queryKey: trialsKey(jobId()) });
        void client.invalidateQueries({ queryKey: jobListKey(projectId()) });
      },
    ),
  );

  /** Whether the first request for trials has ended. A failed one counts, too: frames of the socket are shown then. */
  const hasTrials = createMemo(() => !trialsQuery.isPending);

  return { query, job, isActive, connection, trials, hasTrials };
}

function trialsKey(jobId: number) {
  return [...jobKey(jobId), "trials"] as const;
}
