// Runs before the first paint, so that a chosen theme never flashes the other one. A file, because the page allows no inline script.
(() => {
  try {
    const chosen = localStorage.getItem("edgewise.theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage is blocked: the system's preference stays.
  }
})();
