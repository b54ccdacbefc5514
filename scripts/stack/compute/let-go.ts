/** Tells the runtime that nobody holds on to what a call between Workers gave. It is plain data, and stays readable. */
export function letGo<Reply>(reply: Reply): Reply {
  (reply as Partial<Disposable> | null)?.[Symbol.dispose]?.();
  return reply;
}
