import { useMutation, useQuery } from "@tanstack/solid-query";
import { createEffect, createSignal, createUniqueId, For, type JSX, on, onCleanup } from "solid-js";
import { peopleQuery, recommendToSample } from "../../api/models.ts";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { loadedData } from "../../components/loaded.tsx";
import { t } from "../../words/words.ts";

const DEBOUNCE_MS = 180;

/** A person by a part of their id, or any person of the training data. */
export function PersonSearch(props: {
  modelId: number;
  userId: string;
  onChoose: (userId: string) => void;
}): JSX.Element {
  const id = createUniqueId();
  const [text, setText] = createSignal(props.userId);
  const [settled, setSettled] = createSignal(props.userId);
  createEffect(on(() => props.userId, setText, { defer: true }));
  createEffect(
    on(text, (typed) => {
      const timer = setTimeout(() => setSettled(typed.trim()), DEBOUNCE_MS);
      onCleanup(() => clearTimeout(timer));
    }),
  );
  const people = useQuery(() => peopleQuery(props.modelId, settled()));
  const draw = useMutation(() => ({
    mutationFn: () => recommendToSample(props.modelId, 0),
    onSuccess: ({ user_id }) => props.onChoose(user_id),
  }));
  return (
    <form
      class="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        props.onChoose(text().trim());
      }}
    >
      <TextField
        label={t("inspect.person")}
        class="w-full sm:w-72"
        type="search"
        autocomplete="off"
        list={id}
        value={text()}
        onValue={setText}
        onChange={(event) => props.onChoose(event.currentTarget.value.trim())}
      />
      <datalist id={id}>
        <For each={loadedData(people) ?? []}>{(userId) => <option value={userId} />}</For>
      </datalist>
      <Button icon="dice" busy={draw.isPending} onClick={() => draw.mutate()}>
        {t("inspect.anyone")}
      </Button>
    </form>
  );
}
