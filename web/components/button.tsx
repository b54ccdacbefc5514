import { A } from "@solidjs/router";
import { type JSX, Show, splitProps } from "solid-js";
import { Icon, type IconName } from "./icon.tsx";

type Look = "primary" | "secondary" | "quiet" | "danger";

const BASE =
  "inline-flex items-center justify-center gap-1.5 rounded-md text-sm font-medium whitespace-nowrap select-none " +
  "transition-colors disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:opacity-55";

const LOOKS: Readonly<Record<Look, string>> = {
  primary: "h-8 px-3 bg-accent text-on-accent hover:bg-accent-hover shadow-raised",
  secondary: "h-8 px-3 bg-surface text-ink border border-edge/60 hover:bg-hover shadow-raised",
  quiet: "h-8 px-2 text-muted hover:bg-hover hover:text-ink",
  danger: "h-8 px-3 bg-bad text-on-bad hover:bg-bad-hover shadow-raised",
};

interface ButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  icon?: IconName;
  /** While work goes on the button is disabled and keeps its width. */
  busy?: boolean;
}

export function Button(props: ButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ["look", "icon", "busy", "class", "children", "disabled", "type"]);
  return (
    <button
      {...rest}
      type={own.type ?? "button"}
      disabled={own.disabled || own.busy}
      aria-busy={own.busy || undefined}
      class={`${BASE} ${LOOKS[own.look ?? "secondary"]} ${own.class ?? ""}`}
    >
      <Show when={own.icon}>{(icon) => <Icon name={icon()} />}</Show>
      {own.children}
    </button>
  );
}

/** A square button with only an icon; `label` is its name. */
export function IconButton(
  props: Omit<ButtonProps, "look"> & { label: string; icon: IconName },
): JSX.Element {
  const [own, rest] = splitProps(props, ["label", "icon", "class", "busy", "children", "type"]);
  return (
    <button
      {...rest}
      type={own.type ?? "button"}
      aria-label={own.label}
      title={own.label}
      class={`${BASE} size-8 text-muted hover:bg-hover hover:text-ink ${own.class ?? ""}`}
    >
      <Icon name={own.icon} />
    </button>
  );
}

export function LinkButton(props: {
  href: string;
  look?: Look;
  icon?: IconName;
  class?: string;
  children: JSX.Element;
}): JSX.Element {
  return (
    <A href={props.href} class={`${BASE} ${LOOKS[props.look ?? "secondary"]} ${props.class ?? ""}`}>
      <Show when={props.icon}>{(icon) => <Icon name={icon()} />}</Show>
      {props.children}
    </A>
  );
}
