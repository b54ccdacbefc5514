import type { JSX } from "solid-js";
import { Icon, type IconName } from "./icon.tsx";

export function EmptyState(props: {
  icon: IconName;
  title: string;
  children: JSX.Element;
  action?: JSX.Element;
}): JSX.Element {
  return (
    <div class="flex flex-col items-center px-6 py-12 text-center">
      <div class="grid size-10 place-items-center rounded-full bg-hover text-muted">
        <Icon name={props.icon} class="size-5" />
      </div>
      <p class="mt-3 font-semibold">{props.title}</p>
      <p class="mt-1 max-w-md text-sm text-muted text-pretty">{props.children}</p>
      <div class="mt-4">{props.action}</div>
    </div>
  );
}
