import { A } from "@solidjs/router";
import { type JSX, Show, splitProps } from "solid-js";
import type { ProjectRole } from "#contract/project-role.ts";
import { Icon, type IconName } from "./icon.tsx";
import { useRefusal } from "./role.tsx";

type Look = "primary" | "secondary" | "quiet" | "danger";

const BASE =
  "inline-flex items-center justify-center gap-1.5 rounded-md text-sm font-medium whitespace-nowrap select-none " +
  "transition-colors disabled:cursor-not-allowed disabled:opacity-55 " +
  "aria-disabled:cursor-not-allowed aria-disabled:opacity-55";

const LOOKS: Readonly<Record<Look, string>> = {
  primary: "h-8 pointer-coarse:h-11 px-3 bg-accent text-on-accent hover:bg-accent-hover shadow-raised",
  secondary:
    "h-8 pointer-coarse:h-11 px-3 bg-surface text-ink border border-edge/60 hover:bg-hover shadow-raised",
  quiet: "h-8 pointer-coarse:h-11 px-2 text-muted hover:bg-hover hover:text-ink",
  danger: "h-8 pointer-coarse:h-11 px-3 bg-bad text-on-bad hover:bg-bad-hover shadow-raised",
};

interface ButtonProps extends Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, "onClick"> {
  look?: Look;
  icon?: IconName;
  /** While work goes on the button is disabled and keeps its width. */
  busy?: boolean;
  /** The least role that may do this. For others the button stays, can be reached by keyboard, and says why it does nothing. */
  needs?: ProjectRole | undefined;
  onClick?: (event: MouseEvent) => void;
}

export function Button(props: ButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ["look", "icon", "class", "children"]);
  return (
    <Pressable {...rest} class={`${LOOKS[own.look ?? "secondary"]} ${own.class ?? ""}`}>
      <Show when={own.icon}>{(icon) => <Icon name={icon()} />}</Show>
      {own.children}
    </Pressable>
  );
}

/** A square button with only an icon; `label` is its name. */
export function IconButton(
  props: Omit<ButtonProps, "look"> & { label: string; icon: IconName },
): JSX.Element {
  const [own, rest] = splitProps(props, ["label", "icon", "class", "children"]);
  return (
    <Pressable
      title={own.label}
      {...rest}
      aria-label={own.label}
      class={`size-8 pointer-coarse:size-11 text-muted hover:bg-hover hover:text-ink ${own.class ?? ""}`}
    >
      <Icon name={own.icon} />
    </Pressable>
  );
}

function Pressable(props: Omit<ButtonProps, "look" | "icon">): JSX.Element {
  const [own, rest] = splitProps(props, ["busy", "class", "disabled", "needs", "onClick", "title", "type"]);
  const refusal = useRefusal(() => own.needs);
  return (
    <button
      {...rest}
      type={refusal() === null ? (own.type ?? "button") : "button"}
      disabled={own.disabled || own.busy}
      aria-busy={own.busy || undefined}
      aria-disabled={refusal() === null ? undefined : true}
      title={refusal() ?? own.title}
      class={`${BASE} ${own.class ?? ""}`}
      onClick={(event) => {
        if (refusal() === null) own.onClick?.(event);
      }}
    />
  );
}

export function LinkButton(props: {
  href: string;
  look?: Look;
  icon?: IconName;
  class?: string;
  /** The least role that can do something behind the link. */
  needs?: ProjectRole | undefined;
  children: JSX.Element;
}): JSX.Element {
  const refusal = useRefusal(() => props.needs);
  return (
    <Show
      when={refusal() === null}
      fallback={
        <Button
          needs={props.needs}
          look={props.look ?? "secondary"}
          class={props.class ?? ""}
          {...iconOf(props.icon)}
        >
          {props.children}
        </Button>
      }
    >
      <A href={props.href} class={`${BASE} ${LOOKS[props.look ?? "secondary"]} ${props.class ?? ""}`}>
        <Show when={props.icon}>{(icon) => <Icon name={icon()} />}</Show>
        {props.children}
      </A>
    </Show>
  );
}

function iconOf(icon: IconName | undefined): { icon?: IconName } {
  return icon === undefined ? {} : { icon };
}
