/** The command palette. */
export const palette = {
  open: "Go to a page, or start an action (Ctrl K)",
  title: "Commands",
  placeholder: "Page, project or action",
  nothing: "Nothing has this name.",
  kinds: { page: "Page", project: "Project", action: "Action" },
  theme: (theme: string) => `Theme: ${theme}`,
  language: (language: string) => `Language: ${language}`,
};
