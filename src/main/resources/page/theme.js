/** Light or dark: as the system has it until somebody chooses. */
import { byId } from "./dom.js";

const KEY = "stepwise.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

/** Returns whether the page is dark. */
export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen === undefined ? system.matches : chosen === "dark";
}

/** @param changed is called whenever the theme is another one */
export function startTheme(changed) {
  const button = byId("theme");
  const show = () => {
    const other = isDark() ? "light" : "dark";
    button.setAttribute("aria-label", `Use the ${other} theme`);
    button.title = `Use the ${other} theme`;
    changed();
  };
  button.addEventListener("click", () => {
    const other = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = other;
    localStorage.setItem(KEY, other);
    show();
  });
  system.addEventListener("change", show);
  show();
}
