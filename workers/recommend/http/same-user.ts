import { idText } from "#reading/clean-id.ts";

/** Whether an id as it was sent is a user's: ids are compared as events and files read them. */
export function isSameUser(asked: string, userId: string): boolean {
  return asked === userId || idText(asked, true) === userId;
}
