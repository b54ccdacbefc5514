/** Flags for V8 in the Workers runtime. */
export const V8_FLAGS: readonly string[] = [];
