import type { JSX } from "solid-js";
import { formatAgo, formatMoment } from "./format.ts";
import { createNow } from "./now.ts";

export function Ago(props: { at: string }): JSX.Element {
  const now = createNow();
  return (
    <time datetime={props.at} title={formatMoment(props.at)} class="whitespace-nowrap">
      {formatAgo(props.at, now())}
    </time>
  );
}
