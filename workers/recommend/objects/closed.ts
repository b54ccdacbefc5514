/** The mark in an object whose project is deleted: events and items that are still on their way are refused. */
export const CLOSED = "closed";
