import { For, type JSX, Match, Show, Switch } from "solid-js";
import { LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { SelectField } from "../../components/field.tsx";
import { formatCount } from "../../components/format.ts";
import { ErrorNotice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { t } from "../../words/words.ts";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import { ItemPicker } from "../models/item-picker.tsx";
import { itemFacts } from "../models/item-titles.ts";
import { useProject } from "../shell/use-project.ts";
import { createInspector, type Inspector } from "./create-inspector.ts";
import { ItemCard } from "./item-card.tsx";
import { overlapOf } from "./overlap.ts";
import { PersonSearch } from "./person-search.tsx";
import { MODES } from "./question.ts";

/** What a model recommends to a person, a session or beside an item, as a shop would show it. The address names all of it. */
export function InspectPage(): JSX.Element {
  const { href } = useProject();
  const inspector = createInspector();
  return (
    <>
      <PageHeader title={t("inspect.title")} description={t("inspect.about")} />
      <Show when={!inspector.isPending()} fallback={<Skeleton lines={8} />}>
        <Show when={inspector.modelId()} fallback={<NoModel href={href("/tuning/new")} />}>
          {(modelId) => (
            <div class="space-y-4">
              <Asking inspector={inspector} modelId={modelId()} />
              <Show when={inspector.error()}>
                {(error) => <ErrorNotice title={t("inspect.failed")} error={error()} />}
              </Show>
              <Answers inspector={inspector} modelId={modelId()} />
            </div>
          )}
        </Show>
      </Show>
    </>
  );
}

function NoModel(props: { href: string }): JSX.Element {
  return (
    <Card flush>
      <EmptyState
        icon="search"
        title={t("inspect.noModel")}
        action={
          <LinkButton needs="editor" look="primary" icon="sliders" href={props.href}>
            {t("inspect.startTuning")}
          </LinkButton>
        }
      >
        {t("inspect.noModelWhy")}
      </EmptyState>
    </Card>
  );
}

const MODE_BUTTON =
  "rounded-md px-3 py-1.5 text-sm font-medium text-muted hover:text-ink aria-pressed:bg-surface aria-pressed:text-ink " +
  "aria-pressed:shadow-raised";

function Asking(props: { inspector: Inspector; modelId: number }): JSX.Element {
  const question = () => props.inspector.question();
  const labelOf = (id: number, version: number, configuration: number) => {
    const name = props.inspector.algorithmOf(configuration);
    const parts = [t("inspect.version", version), name ? algorithmTitle(name) : ""].filter(Boolean);
    return parts.join(" · ") + (props.inspector.isLive(id) ? ` (${t("inspect.live")})` : "");
  };
  const options = () =>
    props.inspector.ready().map(({ id, version, configuration }) => ({
      value: String(id),
      label: labelOf(id, version, configuration),
    }));
  const others = () => [
    { value: "", label: t("inspect.none") },
    ...options().filter(({ value }) => value !== String(props.modelId)),
  ];
  return (
    <Card>
      <div class="flex flex-wrap items-end justify-between gap-4">
        <fieldset class="flex w-fit flex-wrap gap-0.5 rounded-lg bg-sunken p-1" aria-label={t("inspect.for")}>
          <For each={MODES}>
            {(mode) => (
              <button
                type="button"
                class={MODE_BUTTON}
                aria-pressed={question().mode === mode}
                onClick={() => props.inspector.setMode(mode)}
              >
                {t(`inspect.modes.${mode}`)}
              </button>
            )}
          </For>
        </fieldset>
        <div class="flex w-full flex-wrap gap-3 sm:w-auto">
          <SelectField
            label={t("inspect.model")}
            class="w-full sm:w-60"
            value={String(props.modelId)}
            options={options()}
            onValue={props.inspector.setModel}
          />
          <Show when={options().length > 1}>
            <SelectField
              label={t("inspect.beside")}
              class="w-full sm:w-60"
              value={String(props.inspector.otherId() ?? "")}
              options={others()}
              onValue={props.inspector.setOther}
            />
          </Show>
        </div>
      </div>
      <div class="mt-4">
        <Switch>
          <Match when={question().mode === "person"}>
            <PersonSearch
              modelId={props.modelId}
              userId={question().userId}
              onChoose={props.inspector.setPerson}
            />
          </Match>
          <Match when={question().mode === "session"}>
            <ItemPicker
              label={t("inspect.sessionItems")}
              metaDataId={props.inspector.metaDataId()}
              chosen={question().itemIds}
              rows={props.inspector.rows()}
              onChange={props.inspector.setSession}
            />
          </Match>
          <Match when={question().mode === "item"}>
            <ItemPicker
              label={t("inspect.item")}
              metaDataId={props.inspector.metaDataId()}
              chosen={question().itemId === "" ? [] : [question().itemId]}
              rows={props.inspector.rows()}
              onChange={(itemIds) => props.inspector.setItem(itemIds.at(-1))}
            />
          </Match>
        </Switch>
      </div>
    </Card>
  );
}

function Answers(props: { inspector: Inspector; modelId: number }): JSX.Element {
  const answer = () => props.inspector.answer();
  const other = () => props.inspector.otherAnswer();
  const overlap = () => {
    const [a, b] = [answer(), other()];
    return a && b ? overlapOf(a.items, b.items) : null;
  };
  const hasHistory = () => props.inspector.question().mode !== "item" && props.inspector.historyCount() > 0;
  const columns = () => {
    if (other()) return "xl:grid-cols-2";
    return hasHistory() ? "lg:grid-cols-[15rem_minmax(0,1fr)]" : "";
  };
  const versionOf = (id: number | null) => {
    const version = props.inspector.ready().find((model) => model.id === id)?.version;
    return version === undefined ? "" : t("inspect.version", version);
  };
  const listTitle = () => {
    const { mode } = props.inspector.question();
    if (mode === "item") return t("inspect.similar");
    return answer()?.isKnown === false ? t("inspect.unknownPerson") : t("inspect.recommended");
  };
  return (
    <Show
      when={answer()}
      fallback={
        <p class="px-1 py-8 text-sm text-muted">
          {props.inspector.isAsking()
            ? t("inspect.asking")
            : t(`inspect.hint.${props.inspector.question().mode}`)}
        </p>
      }
    >
      {(found) => (
        <div class={`grid items-start gap-4 ${columns()}`}>
          <Show when={hasHistory()}>
            <div class={other() ? "min-w-0 xl:col-span-2" : "min-w-0"}>
              <History inspector={props.inspector} />
            </div>
          </Show>
          <List
            inspector={props.inspector}
            title={other() ? versionOf(props.modelId) : listTitle()}
            subtitle={overlapText(overlap())}
            items={found().items}
            shared={overlap()?.shared ?? null}
          />
          <Show when={other()}>
            {(second) => (
              <List
                inspector={props.inspector}
                title={versionOf(props.inspector.otherId())}
                subtitle={overlapText(overlap())}
                items={second().items}
                shared={overlap()?.shared ?? null}
              />
            )}
          </Show>
        </div>
      )}
    </Show>
  );
}

function overlapText(overlap: ReturnType<typeof overlapOf> | null): string | undefined {
  return overlap ? t("inspect.overlap", overlap.shared.size, overlap.of) : undefined;
}

const titleIn = (inspector: Inspector, itemId: string) =>
  itemFacts(inspector.rows().get(itemId)).title ?? itemId;

function List(props: {
  inspector: Inspector;
  title: string;
  subtitle: string | undefined;
  items: NonNullable<ReturnType<Inspector["answer"]>>["items"];
  shared: ReadonlySet<string> | null;
}): JSX.Element {
  return (
    <Card title={props.title} subtitle={props.subtitle}>
      <ol class="grid grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))] gap-3" aria-label={props.title}>
        <For each={props.items} fallback={<li class="text-sm text-muted">{t("inspect.empty")}</li>}>
          {(item, at) => (
            <ItemCard
              itemId={item.item_id}
              row={props.inspector.rows().get(item.item_id)}
              separators={props.inspector.separators()}
              rank={at() + 1}
              scored={item}
              isOnlyHere={props.shared !== null && !props.shared.has(item.item_id)}
              titleOf={(itemId) => titleIn(props.inspector, itemId)}
              onOpen={() => props.inspector.setItem(item.item_id)}
              onAdd={() => addToSession(props.inspector, item.item_id)}
            />
          )}
        </For>
      </ol>
    </Card>
  );
}

/** A click continues the session; from another view it begins one. */
function addToSession(inspector: Inspector, itemId: string): void {
  const { itemIds } = inspector.question();
  inspector.setSession(itemIds.includes(itemId) ? itemIds : [...itemIds, itemId]);
}

function History(props: { inspector: Inspector }): JSX.Element {
  const hidden = () => props.inspector.historyCount() - props.inspector.historyIds().length;
  return (
    <Card
      title={t("inspect.history")}
      subtitle={t("inspect.historyCount", formatCount(props.inspector.historyCount()))}
    >
      <ul class="flex flex-wrap gap-1.5" aria-label={t("inspect.history")}>
        <For each={props.inspector.historyIds()}>
          {(itemId) => (
            <li class="max-w-52 truncate rounded-md bg-hover px-2 py-1 text-xs">
              {titleIn(props.inspector, itemId)}
            </li>
          )}
        </For>
        <Show when={hidden() > 0}>
          <li class="num px-1 py-1 text-xs text-muted">{t("inspect.more", formatCount(hidden()))}</li>
        </Show>
      </ul>
    </Card>
  );
}
