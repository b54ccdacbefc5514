import { useQuery, useQueryClient } from "@tanstack/solid-query";
import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import type { TrialResponse } from "#contract/tuning-job.ts";
import { openJobSocket } from "../../api/job-socket.ts";
import type { SocketState } from "../../api/reconnecting-socket.ts";
import { isActiveJob, jobKey, jobListKey, jobQuery, listTrials } from "../../api/tuning-jobs.ts";
import { loadedData } from "../../components/loaded.tsx";

/** With a socket the poll is a safety net; without one it is how news arrives. */
const POLL_WITH_SOCKET_MS = 5_000;
const POLL_ALONE_MS = 1_500;

/** A job and its trials as they change: by socket, and by asking while there is none. */
export function createJobFeed(projectId: Accessor<number>, jobId: Accessor<number>) {
  const client = useQueryClient();
  const [connection, setConnection] = createSignal<SocketState>("connecting");
  const [trials, setTrials] = createStore<Record<number, TrialResponse>>({});
  const pollMs = () => (connection() === "open" ? POLL_WITH_SOCKET_MS : POLL_ALONE_MS);
  const query = useQuery(() => jobQuery(jobId(), pollMs()));
  const job = () => loadedData(query);
  const isActive = () => {
    const found = job();
    return found ? isActiveJob(found) : false;
  };

  function take(list: readonly TrialResponse[]): void {
    for (const trial of list) {
      setTrials(trial.number, (known) => reconcile<TrialResponse, TrialResponse | undefined>(trial)(known));
    }
  }

  createEffect(
    on(jobId, (id) => {
      setTrials(reconcile({}));
      onCleanup(
        openJobSocket(id, "status", {
          onState: setConnection,
          onFrame: (frame) => {
            if (frame.type === "trial") take([frame.trial]);
            if (frame.type === "status_update") void client.invalidateQueries({ queryKey: jobKey(id) });
          },
        }),
      );
    }),
  );

  const trialsQuery = useQuery(() => ({
    queryKey: [...jobKey(jobId()), "trials"],
    queryFn: ({ signal }) => listTrials(jobId(), signal),
    reconcile: "number",
    refetchInterval: () => (isActive() && connection() !== "open" ? POLL_ALONE_MS : false),
  }));
  createEffect(() => {
    const list = loadedData(trialsQuery);
    if (list) take(list.map((trial) => ({ ...trial })));
  });

  // The end of a job changes what the other pages show, and the last trials may have come after the socket's last frame.
  createEffect(
    on(
      () => job()?.status,
      (status, previous) => {
        if (previous === undefined || status === previous || isActive()) return;
        void client.invalidateQueries({ queryKey: [...jobKey(jobId()), "trials"] });
        void client.invalidateQueries({ queryKey: jobListKey(projectId()) });
      },
    ),
  );

  return { query, job, isActive, connection, trials: (): TrialResponse[] => Object.values(trials) };
}
