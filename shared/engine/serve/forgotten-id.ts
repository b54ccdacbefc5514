/** No file and no request can hold an id that begins so. */
const FORGOTTEN = "\0";

/** The id of a user who was removed from a model: the index stays in use. */
export function forgottenId(userIndex: number): string {
  return `${FORGOTTEN}${userIndex}`;
}

export function isForgottenId(userId: string): boolean {
  return userId.startsWith(FORGOTTEN);
}
