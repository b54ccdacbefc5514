/** A problem that the person at the keyboard can solve; its message is all that is printed. */
export class StackError extends Error {}
