import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { type Accessor, createSignal } from "solid-js";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { KeyScope } from "#contract/key-scopes.ts";
import { ApiError } from "../../api/api-error.ts";
import { createKey, keyListKey, keyListQuery, revokeKey } from "../../api/api-keys.ts";
import { t } from "../../words/words.ts";
import { type KeyLifetime, keyEnd } from "./key-end.ts";

/**
 * The keys of a project, and the form of a new one. A new key stays visible until it is dismissed, since it is never
 * shown again.
 */
export function createKeys(projectId: Accessor<number>) {
  const client = useQueryClient();
  const query = useQuery(() => keyListQuery(projectId()));
  const [name, setName] = createSignal("");
  const [scopes, setScopes] = createSignal<readonly KeyScope[]>(["predict"]);
  const [lifetime, setLifetime] = createSignal<KeyLifetime>(null);
  const [problems, setProblems] = createSignal<Readonly<Record<string, readonly string[]>>>({});
  const [created, setCreated] = createSignal<ApiKeyCreatedResponse | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: keyListKey(projectId()) });

  const mutation = useMutation(() => ({
    mutationFn: createKey,
    onSuccess: (key: ApiKeyCreatedResponse) => {
      setCreated(key);
      setName("");
      void refresh();
    },
  }));

  const refused = () => (mutation.error instanceof ApiError ? mutation.error.fields : {});
  return {
    query,
    name,
    setName,
    scopes,
    lifetime,
    setLifetime,
    setScope: (scope: KeyScope, isOn: boolean) =>
      setScopes((known) => (isOn ? [...known, scope] : known.filter((other) => other !== scope))),
    errorsOf: (field: string) => problems()[field] ?? refused()[field],
    formError: () => (mutation.error && Object.keys(refused()).length === 0 ? mutation.error : null),
    busy: () => mutation.isPending,
    created,
    putAway: () => setCreated(null),
    submit(): void {
      const found = {
        ...(name().trim() ? {} : { name: [t("keys.missingName")] }),
        ...(scopes().length > 0 ? {} : { scopes: [t("keys.missingScope")] }),
      };
      setProblems(found);
      if (Object.keys(found).length > 0) return;
      mutation.mutate({
        project: projectId(),
        name: name().trim(),
        scopes: [...scopes()],
        expires_at: keyEnd(lifetime(), new Date()),
      });
    },
    async revoke(keyId: number): Promise<void> {
      await revokeKey(keyId);
      await refresh();
    },
  };
}

export type Keys = ReturnType<typeof createKeys>;
