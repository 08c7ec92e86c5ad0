// Light or dark: as the system has it, until the reader chooses.

const KEY = "dtail-theme";

/** Applies what was chosen earlier. */
export function applyTheme() {
  const chosen = read();
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}

/** Takes a theme; empty for that of the system. @param {"" | "light" | "dark"} name */
export function chooseTheme(name) {
  if (name === "") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // A page from a disk may have no storage: the choice holds until it is closed.
  }
}

/** The theme that was chosen; empty for that of the system. */
export function chosenTheme() {
  return document.documentElement.dataset.theme ?? "";
}

function read() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
