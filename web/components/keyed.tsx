import { type Accessor, createMemo, For, type JSX } from "solid-js";

/**
 * A list whose rows keep their state: typed text, focus, an open panel. `For` makes a row again for each new object, and objects that
 * are made of an answer are new each time it is read. Here a row stays as long as its key does, and its item changes.
 *
 * @param props.by  The key of an item, which no other one has: a number or a text.
 */
export function Keyed<T, Key extends string | number>(props: {
  each: readonly T[];
  by: (item: T) => Key;
  children: (item: Accessor<T>, index: Accessor<number>) => JSX.Element;
}): JSX.Element {
  const known = createMemo(() => new Map(props.each.map((item) => [props.by(item), item])));
  return (
    <For each={[...known().keys()]}>
      {(key, index) => {
        // A row that goes has its last item until it is gone.
        const item = createMemo<T>((last) => known().get(key) ?? last, known().get(key) as T);
        return props.children(item, index);
      }}
    </For>
  );
}
