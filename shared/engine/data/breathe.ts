/** Yields the thread for a moment; resolves when the caller may go on. */
export type Breathe = () => Promise<void>;
