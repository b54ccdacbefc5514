import { createEffect, createUniqueId, For, type JSX, Show, splitProps } from "solid-js";
import { languageOf } from "../words/text-language.ts";
import { t } from "../words/words.ts";
import { focusFirstError } from "./focus-first-error.ts";
import { Icon } from "./icon.tsx";

export const INPUT_CLASS =
  "h-8 w-full min-w-0 rounded-md border border-edge bg-surface px-2.5 text-base text-ink pointer-coarse:h-11 pointer-coarse:text-lg " +
  "disabled:opacity-60 aria-invalid:border-bad";

interface FieldFrame {
  label: string;
  hint?: JSX.Element;
  errors?: readonly string[] | undefined;
  optional?: boolean;
}

interface FieldProps extends FieldFrame {
  class?: string;
  /** Receives the id and the description ids that connect the input with its texts. */
  children: (ids: { id: string; describedBy: string | undefined; invalid: boolean }) => JSX.Element;
}

/** A labelled input with its hint and its errors, connected for assistive technology. */
export function Field(props: FieldProps): JSX.Element {
  const id = createUniqueId();
  let frame: HTMLDivElement | undefined;
  const hasErrors = () => (props.errors?.length ?? 0) > 0;
  // All fields of a form get their errors together; the first one gets the focus.
  createEffect(() => {
    if (hasErrors()) queueMicrotask(() => focusFirstError(frame?.closest("form") ?? null));
  });
  const describedBy = () =>
    [props.hint ? `${id}-hint` : "", hasErrors() ? `${id}-error` : ""].filter(Boolean).join(" ") || undefined;
  return (
    <div ref={frame} class={`min-w-0 ${props.class ?? ""}`}>
      <label for={id} class="mb-1 flex items-baseline gap-1.5 text-sm font-medium">
        {props.label}
        <Show when={props.optional}>
          <span class="text-xs font-normal text-faint">{t("components.optional")}</span>
        </Show>
      </label>
      {props.children({
        id,
        get describedBy() {
          return describedBy();
        },
        get invalid() {
          return hasErrors();
        },
      })}
      <Show when={hasErrors()}>
        <div id={`${id}-error`} class="mt-1 text-sm text-bad">
          <For each={props.errors}>{(text) => <p lang={languageOf(text)}>{text}</p>}</For>
        </div>
      </Show>
      <Show when={props.hint}>
        <p id={`${id}-hint`} class="mt-1 text-xs text-faint">
          {props.hint}
        </p>
      </Show>
    </div>
  );
}

type InputProps = FieldFrame &
  Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "onInput"> & { onValue: (value: string) => void };

export function TextField(props: InputProps): JSX.Element {
  const [own, rest] = splitProps(props, ["label", "hint", "errors", "optional", "class", "onValue"]);
  return (
    <Field
      label={own.label}
      hint={own.hint}
      errors={own.errors}
      optional={own.optional ?? false}
      class={own.class ?? ""}
    >
      {(ids) => (
        <input
          {...rest}
          id={ids.id}
          aria-describedby={ids.describedBy}
          aria-invalid={ids.invalid || undefined}
          class={INPUT_CLASS}
          onInput={(event) => own.onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** A text of several lines. */
export function TextArea(
  props: FieldFrame & { value: string; rows: number; onValue: (value: string) => void },
): JSX.Element {
  return (
    <Field label={props.label} hint={props.hint} errors={props.errors} optional={props.optional ?? false}>
      {(ids) => (
        <textarea
          id={ids.id}
          rows={props.rows}
          spellcheck={false}
          value={props.value}
          aria-describedby={ids.describedBy}
          aria-invalid={ids.invalid || undefined}
          class={`${INPUT_CLASS} h-auto! py-1.5`}
          onInput={(event) => props.onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

export function SelectField(
  props: FieldFrame & {
    value: string;
    options: readonly Option[];
    onValue: (value: string) => void;
    class?: string;
  },
): JSX.Element {
  return (
    <Field
      label={props.label}
      hint={props.hint}
      errors={props.errors}
      optional={props.optional ?? false}
      class={props.class ?? ""}
    >
      {(ids) => (
        <div class="relative">
          <select
            id={ids.id}
            aria-describedby={ids.describedBy}
            aria-invalid={ids.invalid || undefined}
            class={`${INPUT_CLASS} appearance-none truncate pr-8!`}
            onChange={(event) => props.onValue(event.currentTarget.value)}
          >
            <For each={props.options}>
              {(option) => (
                <option value={option.value} selected={option.value === props.value}>
                  {option.label}
                </option>
              )}
            </For>
          </select>
          <Icon name="chevron" class="pointer-events-none absolute inset-y-0 right-2 my-auto text-muted" />
        </div>
      )}
    </Field>
  );
}

/** A tick box with its label and a line of explanation. */
export function CheckField(props: {
  label: string;
  hint?: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <div class="flex items-start gap-2">
      <input
        id={id}
        type="checkbox"
        class="mt-[3px] size-4 shrink-0 accent-accent"
        checked={props.checked}
        disabled={props.disabled}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <div class="min-w-0">
        <label for={id} class="text-sm font-medium">
          {props.label}
        </label>
        <Show when={props.hint}>
          <p id={`${id}-hint`} class="text-xs text-faint">
            {props.hint}
          </p>
        </Show>
      </div>
    </div>
  );
}
