import { useLocation, useNavigate } from "@solidjs/router";
import { keepPreviousData, useQuery } from "@tanstack/solid-query";
import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import { projectsQuery } from "../../api/projects.ts";
import type { IconName } from "../../components/icon.tsx";
import { loadedData } from "../../components/loaded.tsx";
import { setTheme, THEMES } from "../../components/theme.ts";
import { chooseLanguage, LANGUAGE_NAMES } from "../../words/choose-language.ts";
import { LANGUAGES } from "../../words/language.ts";
import { t } from "../../words/words.ts";
import { useSession } from "../auth/session.tsx";
import { isMatch } from "./command-match.ts";
import { PLACE_ICONS } from "./place-icons.ts";
import { PLACES } from "./places.ts";

export interface Command {
  readonly kind: "page" | "project" | "action";
  readonly label: string;
  readonly icon: IconName;
  readonly run: () => void;
}

/** The search for projects waits this long after the last key, milliseconds. */
const TYPING_PAUSE_MS = 180;
const PROJECTS_SHOWN = 8;

/** What the palette offers for the typed text: pages of the open project, projects by name, and actions. */
export function createCommands(typed: Accessor<string>): Accessor<readonly Command[]> {
  const session = useSession();
  const navigate = useNavigate();
  const location = useLocation();
  const [settled, setSettled] = createSignal("");
  createEffect(
    on(typed, (text) => {
      const timer = setTimeout(() => setSettled(text.trim()), TYPING_PAUSE_MS);
      onCleanup(() => clearTimeout(timer));
    }),
  );
  const query = useQuery(() => ({
    ...projectsQuery({ page: 1, search: settled(), ordering: "-updated_at" }),
    placeholderData: keepPreviousData,
  }));
  const here = () => /^\/projects\/\d+(?=\/|$)/.exec(location.pathname)?.[0] ?? null;
  const goTo = (path: string) => () => navigate(path);

  const pages = (): Command[] => {
    const project = here();
    if (project === null) return [];
    return PLACES.map(
      ({ name, path }): Command => ({
        ...{
          kind: "page",
          label: t(`shell.places.${name}`),
          icon: PLACE_ICONS[name],
          run: goTo(`${project}${path}`),
        },
      }),
    );
  };
  const ofProject = (): Command[] => {
    const project = here();
    if (project === null) return [];
    return [
      { kind: "action", label: t("common.startTuning"), icon: "sliders", run: goTo(`${project}/tuning/new`) },
      { kind: "action", label: t("common.uploadFile"), icon: "upload", run: goTo(`${project}/data`) },
    ];
  };
  const projects = (): Command[] =>
    (loadedData(query)?.results ?? []).slice(0, PROJECTS_SHOWN).map(({ id, name }) => ({
      ...{ kind: "project", label: name, icon: "box", run: goTo(`/projects/${id}`) },
    }));
  const everywhere = (): Command[] => [
    { kind: "page", label: t("projects.title"), icon: "home", run: goTo("/projects") },
    { kind: "action", label: t("projects.new.title"), icon: "plus", run: goTo("/projects/new") },
    { kind: "page", label: t("shell.ownAccount"), icon: "user", run: goTo("/account") },
    ...(session.user()?.is_staff
      ? [{ kind: "page", label: t("shell.accounts"), icon: "users", run: goTo("/accounts") } as const]
      : []),
    {
      kind: "page",
      label: t("shell.apiReference"),
      icon: "code",
      run: () => window.location.assign("/docs/"),
    },
    ...THEMES.map(
      (theme): Command => ({
        kind: "action",
        label: t("palette.theme", t(`shell.themes.${theme}`)),
        icon: theme === "dark" ? "moon" : "sun",
        run: () => setTheme(theme),
      }),
    ),
    ...LANGUAGES.map(
      (language): Command => ({
        kind: "action",
        label: t("palette.language", LANGUAGE_NAMES[language]),
        icon: "list",
        run: () => void chooseLanguage(language),
      }),
    ),
    { kind: "action", label: t("shell.signOut"), icon: "signout", run: () => void session.end() },
  ];
  return () => {
    const text = typed().trim();
    return [...pages(), ...ofProject(), ...projects(), ...everywhere()].filter(({ label }) =>
      isMatch(label, text),
    );
  };
}
