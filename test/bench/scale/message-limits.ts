/** What a message may take. Benches fail beyond it. */
export const MOST_CPU_SECONDS = 30;
/** Megabytes of 10⁶ bytes; an isolate has 128. */
export const MOST_MB = 96;

/** Throws with the names of stages whose messages took more. */
export function requireWithin(
  stages: readonly { readonly name: string; readonly cpuSeconds: number; readonly mb: number }[],
): void {
  const over = stages.filter(({ cpuSeconds, mb }) => cpuSeconds > MOST_CPU_SECONDS || mb > MOST_MB);
  if (over.length === 0) return;
  const described = over.map(
    ({ name, cpuSeconds, mb }) => `${name} ${cpuSeconds.toFixed(1)} s, ${mb.toFixed(0)} MB`,
  );
  throw new Error(
    `Messages may take ${MOST_CPU_SECONDS} s of a processor and ${MOST_MB} MB: ${described.join("; ")}.`,
  );
}
