import { useNavigate, useSearchParams } from "@solidjs/router";
import { useMutation } from "@tanstack/solid-query";
import type { SessionResponse } from "#contract/auth.ts";
import { ApiError, describeError, type FieldErrors } from "../../api/api-error.ts";
import { t } from "../../words/words.ts";
import { safeNextPath } from "./next-path.ts";
import { useSession } from "./session.tsx";

/** Sends credentials, opens the session, and goes to the requested page. */
export function createAuthForm<Body>(
  send: (body: Body) => Promise<SessionResponse>,
  check: (body: Body) => FieldErrors | Promise<FieldErrors>,
) {
  const session = useSession();
  const navigate = useNavigate();
  const [search] = useSearchParams<{ next?: string }>();
  const mutation = useMutation(() => ({
    mutationFn: async (body: Body) => {
      const problems = await check(body);
      if (Object.keys(problems).length > 0) throw new ApiError("invalid", t("errors.invalid"), 0, problems);
      return send(body);
    },
    onSuccess: ({ user }: SessionResponse) => {
      session.begin(user);
      navigate(safeNextPath(search.next), { replace: true });
    },
  }));

  const fieldErrors = (): FieldErrors => (mutation.error instanceof ApiError ? mutation.error.fields : {});

  return {
    busy: () => mutation.isPending,
    errorsOf: (field: string) => fieldErrors()[field],
    /** An error that belongs to no single field. */
    formError: () =>
      mutation.error && Object.keys(fieldErrors()).length === 0 ? describeError(mutation.error) : null,
    submit: (body: Body): void => mutation.mutate(body),
  };
}
