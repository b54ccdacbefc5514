/** Characters of a password. */

export const MIN_PASSWORD_LENGTH = 8;
/** Scrypt's cost grows with its input, and no typed password is longer. */
export const MAX_PASSWORD_LENGTH = 128;
