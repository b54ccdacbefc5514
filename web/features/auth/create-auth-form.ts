import { useNavigate, useSearchParams } from "@solidjs/router";
import { useMutation } from "@tanstack/solid-query";
import { createSignal } from "solid-js";
import type { SessionResponse } from "#contract/auth.ts";
import { ApiError, describeError, type FieldErrors } from "../../api/api-error.ts";
import { safeNextPath } from "./next-path.ts";
import { useSession } from "./session.tsx";

/** Sends credentials, opens the session, and goes to the requested page. */
export function createAuthForm<Body>(
  send: (body: Body) => Promise<SessionResponse>,
  check: (body: Body) => FieldErrors,
) {
  const session = useSession();
  const navigate = useNavigate();
  const [search] = useSearchParams<{ next?: string }>();
  const [problems, setProblems] = createSignal<FieldErrors>({});
  const mutation = useMutation(() => ({
    mutationFn: send,
    onSuccess: ({ user }: SessionResponse) => {
      session.begin(user);
      navigate(safeNextPath(search.next), { replace: true });
    },
  }));

  const fieldErrors = (): FieldErrors => {
    const refused = mutation.error;
    return { ...(refused instanceof ApiError ? refused.fields : {}), ...problems() };
  };

  return {
    busy: () => mutation.isPending,
    errorsOf: (field: string) => fieldErrors()[field],
    /** An error that belongs to no single field. */
    formError: () =>
      mutation.error && Object.keys(fieldErrors()).length === 0 ? describeError(mutation.error) : null,
    submit(body: Body): void {
      const found = check(body);
      setProblems(found);
      if (Object.keys(found).length === 0) mutation.mutate(body);
    },
  };
}
