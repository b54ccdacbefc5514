/** Unpredictable bytes. An argument wherever secrets or ids are drawn, so that tests can fix them. */
export type RandomBytes = (length: number) => Uint8Array;

export const systemRandomBytes: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));
