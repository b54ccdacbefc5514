import { type Query, useQuery, useQueryClient } from "@tanstack/solid-query";
import { type Accessor, createContext, createSignal, type JSX, type ParentProps, useContext } from "solid-js";
import type { UserResponse } from "#contract/auth.ts";
import { logout, SESSION_KEY, sessionQuery } from "../../api/auth.ts";
import { setSessionEndHandler } from "../../api/client.ts";
import { writeLastProject } from "./last-project.ts";

interface Session {
  /** Undefined while unknown, null when nobody is signed in. */
  readonly user: Accessor<UserResponse | null | undefined>;
  /** Why it is unknown: the server did not answer. */
  readonly error: Accessor<Error | null>;
  readonly retry: () => void;
  /**
   * The account whose session ended without a sign-out; null otherwise. Its page stays open until it signs in again.
   */
  readonly ended: Accessor<UserResponse | null>;
  /**
   * True after signing out: the next account does not start on this one's page, nor in the project that was open last.
   */
  readonly hasLeft: Accessor<boolean>;
  /** Leaves the page after the session ended without a sign-out. */
  readonly leave: () => void;
  readonly begin: (user: UserResponse) => void;
  readonly end: () => Promise<void>;
}

const SessionContext = createContext<Session>();

export function SessionProvider(props: ParentProps): JSX.Element {
  const client = useQueryClient();
  const query = useQuery(() => sessionQuery());
  const [hasLeft, setLeft] = createSignal(false);
  const [ended, setEnded] = createSignal<UserResponse | null>(null);
  const isNotSession = { predicate: ({ queryKey }: Query) => queryKey[0] !== SESSION_KEY[0] };

  function forget(): void {
    setEnded(null);
    client.removeQueries(isNotSession);
    client.setQueryData(SESSION_KEY, null);
  }
  // The pages keep their content: a reload would lose what was typed.
  setSessionEndHandler(() => {
    const user = query.data;
    if (user) setEnded(user);
    else forget();
  });

  const session: Session = {
    user: () => (query.isPending || query.isLoadingError ? undefined : query.data),
    error: () => (query.isLoadingError ? query.error : null),
    ended,
    hasLeft,
    leave: () => {
      setLeft(true);
      forget();
      writeLastProject(null);
    },
    retry: () => void query.refetch(),
    begin: (user) => {
      setLeft(false);
      if (ended()?.pk === user.pk) void client.invalidateQueries(isNotSession);
      else client.removeQueries(isNotSession);
      setEnded(null);
      client.setQueryData(SESSION_KEY, user);
    },
    end: async () => {
      await logout();
      session.leave();
    },
  };
  return <SessionContext.Provider value={session}>{props.children}</SessionContext.Provider>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession is called outside SessionProvider");
  return session;
}
