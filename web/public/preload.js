// Runs beside the first scripts. It asks for the files of this page, and for what all pages of a project ask, while the program is on its way.
(() => {
  const list = document.getElementById("page-files");
  if (list === null) return;
  const { files, pages } = JSON.parse(list.textContent);
  const path = location.pathname.replace(/\/$/, "") || "/";
  const link = (attributes) =>
    document.head.append(Object.assign(document.createElement("link"), attributes));
  const project = /^\/projects\/(\d+)/.exec(path)?.[1];
  const asked = project && isOpen(project) ? ["", "members/"] : [];
  for (const what of asked) {
    const href = `/api/v1/project/${project}/${what}`;
    link({ rel: "preload", as: "fetch", crossOrigin: "anonymous", href });
  }
  const page = pages.find(([form]) => new RegExp(form).test(path));
  for (const at of page?.[1] ?? []) link({ rel: "modulepreload", href: files[at] });

  // Of the account that is signed in here: visitors are not refused something that they did not ask for.
  function isOpen(project) {
    try {
      return localStorage.getItem("edgewise.last-project") === project;
    } catch {
      return false;
    }
  }
})();
