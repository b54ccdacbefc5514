import { onCleanup } from "solid-js";

/**
 * Runs `flush` some time after the first of any number of calls, so that many messages update the page only a few times
 * a second.
 */
export function createBatch(flush: () => void, delayMs: () => number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      flush();
    }, delayMs());
  };
}
