import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { createSignal } from "solid-js";
import { createStore } from "solid-js/store";
import { accountRequest } from "#contract/user.ts";
import {
  accountsKey,
  accountsQuery,
  createAccount,
  resetPassword,
  setAccountActive,
} from "../../api/accounts.ts";
import { ApiError, type FieldErrors } from "../../api/api-error.ts";

const EMPTY = { username: "", email: "", password: "", is_staff: false };

/** All accounts, and the form of a new one. */
export function createAccounts() {
  const client = useQueryClient();
  const query = useQuery(() => accountsQuery());
  const [values, setValues] = createStore({ ...EMPTY });
  const [problems, setProblems] = createSignal<FieldErrors>({});
  const refresh = () => client.invalidateQueries({ queryKey: accountsKey });
  const mutation = useMutation(() => ({
    mutationFn: createAccount,
    onSuccess: () => {
      setValues({ ...EMPTY });
      void refresh();
    },
  }));
  const refused = () => (mutation.error instanceof ApiError ? mutation.error.fields : {});
  return {
    query,
    values,
    set: (changes: Partial<typeof EMPTY>) => setValues(changes),
    errorsOf: (field: string) => problems()[field] ?? refused()[field],
    formError: () => (mutation.error && Object.keys(refused()).length === 0 ? mutation.error : null),
    busy: () => mutation.isPending,
    submit(): void {
      const parsed = accountRequest.safeParse({ ...values });
      const issues = parsed.success ? [] : parsed.error.issues;
      setProblems(Object.fromEntries(issues.map((issue) => [String(issue.path[0]), [issue.message]])));
      if (parsed.success) mutation.mutate(parsed.data);
    },
    async setActive(accountId: number, isActive: boolean): Promise<void> {
      await setAccountActive(accountId, isActive);
      await refresh();
    },
    resetPassword,
  };
}

export type Accounts = ReturnType<typeof createAccounts>;
