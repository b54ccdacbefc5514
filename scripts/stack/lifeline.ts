/** Notices the end of the process that started this one, however it ended. */
const POLL_MS = 250;

/**
 * Calls back once when the parent has ended. npm's scripts start programs by the shell's `exec`, so that npm itself is the parent.
 *
 * @param parent Who it was when this program began.
 */
export function watchParent(parent: number, onEnd: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onEnd();
  }, POLL_MS);
  timer.unref();
}
