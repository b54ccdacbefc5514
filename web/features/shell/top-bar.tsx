import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { IconButton } from "../../components/button.tsx";
import { Logo } from "../../components/icon.tsx";
import { LanguageSwitch } from "../../components/language-switch.tsx";
import { ThemeSwitch } from "../../components/theme-switch.tsx";
import { t } from "../../words/words.ts";
import { AccountMenu } from "./account-menu.tsx";
import { Breadcrumbs } from "./breadcrumbs.tsx";
import { NavDrawer } from "./nav-drawer.tsx";
import { setPaletteOpen } from "./palette-state.ts";

/** The strip at the top: the current place, the theme and the account. */
export function TopBar(props: { project?: { id: number; name: string } | undefined }): JSX.Element {
  return (
    <header class="flex h-12 items-center justify-between gap-1.5 border-b border-line bg-canvas px-3 sm:gap-3 sm:px-4">
      <a
        href="#content"
        class="sr-only rounded-md bg-surface px-3 py-1.5 focus:not-sr-only focus:absolute focus:z-50"
      >
        {t("shell.skip")}
      </a>
      <Show when={props.project}>{(project) => <NavDrawer project={project()} />}</Show>
      <nav class="mr-auto flex min-w-0 items-center gap-1.5" aria-label={t("shell.location")}>
        <A href="/projects" class="flex items-center gap-2 rounded-md pr-1 font-semibold">
          <Logo />
          <span class={props.project ? "max-sm:sr-only" : ""}>Edgewise</span>
        </A>
        <Show when={props.project}>{(project) => <Breadcrumbs project={project()} />}</Show>
      </nav>
      <div class="flex items-center gap-1">
        <IconButton
          icon="search"
          label={t("palette.open")}
          aria-keyshortcuts="Control+K Meta+K"
          onClick={() => setPaletteOpen(true)}
        />
        {/* A phone has them in the drawer of the project, to leave room for the project's name. */}
        <div class={`flex items-center gap-1 ${props.project ? "max-sm:hidden" : ""}`}>
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
        <AccountMenu />
      </div>
    </header>
  );
}
