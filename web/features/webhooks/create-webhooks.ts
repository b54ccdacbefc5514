import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { type Accessor, createSignal } from "solid-js";
import { PROJECT_EVENTS, type ProjectEventName } from "#contract/webhook-endpoint.ts";
import { ApiError, type FieldErrors } from "../../api/api-error.ts";
import { createEndpoint, endpointListQuery, makeSecret, webhooksKey } from "../../api/webhooks.ts";
import { t } from "../../words/words.ts";

export interface ShownSecret {
  readonly url: string;
  readonly secret: string;
}

/** The endpoints of a project, the form of a new one, and a secret while it is shown. */
export function createWebhooks(projectId: Accessor<number>) {
  const client = useQueryClient();
  const query = useQuery(() => endpointListQuery(projectId()));
  const [url, setUrl] = createSignal("");
  const [events, setEvents] = createSignal<readonly ProjectEventName[]>(PROJECT_EVENTS);
  const [problems, setProblems] = createSignal<FieldErrors>({});
  const [isAdding, setAdding] = createSignal(false);
  const [secret, setSecret] = createSignal<ShownSecret | null>(null);
  const changed = () => client.invalidateQueries({ queryKey: webhooksKey(projectId()) });

  const create = useMutation(() => ({
    mutationFn: createEndpoint,
    onSuccess: async (endpoint) => {
      setAdding(false);
      setUrl("");
      await changed();
      // An endpoint without a secret cannot be checked: it gets one at once.
      setSecret({ url: endpoint.url, secret: await makeSecret(endpoint.id) });
    },
  }));
  const refused = () => (create.error instanceof ApiError ? create.error.fields : {});
  return {
    query,
    changed,
    url,
    setUrl,
    events,
    setEvent: (event: ProjectEventName, isOn: boolean) =>
      setEvents((known) => PROJECT_EVENTS.filter((name) => (name === event ? isOn : known.includes(name)))),
    isAdding,
    setAdding: (isOpen: boolean) => {
      create.reset();
      setProblems({});
      setAdding(isOpen);
    },
    secret,
    setSecret,
    errorsOf: (field: string) => problems()[field] ?? refused()[field],
    error: () => (create.error && Object.keys(refused()).length === 0 ? create.error : null),
    isBusy: () => create.isPending,
    submit(): void {
      const found = {
        ...(url().trim() ? {} : { url: [t("webhooks.add.needsUrl")] }),
        ...(events().length > 0 ? {} : { events: [t("webhooks.add.needsEvents")] }),
      };
      setProblems(found);
      if (Object.keys(found).length > 0) return;
      create.mutate({ project: projectId(), url: url().trim(), events: [...events()] });
    },
  };
}

export type Webhooks = ReturnType<typeof createWebhooks>;
