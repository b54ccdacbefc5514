/** Processes items in turn. A failure of one does not stop the others; all failures are thrown at the end. */
export async function attemptEach<T>(
  items: readonly T[],
  what: string,
  attempt: (item: T) => Promise<unknown>,
): Promise<void> {
  const troubles: unknown[] = [];
  for (const item of items) {
    try {
      await attempt(item);
    } catch (error) {
      troubles.push(error);
    }
  }
  if (troubles.length > 0) {
    throw new AggregateError(troubles, `${troubles.length} of ${items.length} ${what} failed.`);
  }
}
