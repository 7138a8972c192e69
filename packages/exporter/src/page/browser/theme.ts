/** The colours: those of the system, or one of two. */
type Theme = "auto" | "light" | "dark";

const themes: readonly Theme[] = ["auto", "light", "dark"];
const key = "exporterkit-theme";

let theme: Theme = stored();

function stored(): Theme {
  try {
    return themes.find((known) => known === localStorage.getItem(key)) ?? "auto";
  } catch {
    // Storage may be forbidden.
    return "auto";
  }
}

/** The colours in use. */
export function currentTheme(): Theme {
  return theme;
}

/** Uses the colours that were chosen, or those after them. */
export function switchTheme(next: Theme = themes[(themes.indexOf(theme) + 1) % themes.length]!): void {
  theme = next;
  try {
    localStorage.setItem(key, theme);
  } catch {
    // They hold until the page is loaded again.
  }
  applyTheme();
}

/** Has the document show the colours in use. */
export function applyTheme(): void {
  if (theme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** Calls back when the system changes its colours. */
export function onSystemTheme(changed: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}

/** A colour of the style sheet, by the name of its property, as the canvas takes it. */
export function colour(property: string): string {
  let known = colours.get(property);
  if (known === undefined) {
    const probe = document.createElement("span");
    probe.style.color = `var(${property})`;
    document.body.append(probe);
    known = getComputedStyle(probe).color;
    probe.remove();
    colours.set(property, known);
  }
  return known;
}

const colours = new Map<string, string>();

/** Forgets the colours that were looked up: they are others now. */
export function forgetColours(): void {
  colours.clear();
}
