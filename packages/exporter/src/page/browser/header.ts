import { copyButton } from "./copy-button.ts";
import { namedDashboard } from "./dashboards-view.ts";
import { drawing, element } from "./element.ts";
import { root } from "./feed.ts";
import type { PageContext } from "./page-context.ts";
import { scrapeConfig } from "../promql.ts";
import { currentTheme } from "./theme.ts";
import { liveRanges, pastRanges } from "./view-state.ts";

const icons = {
  pause: "M5 3v10M11 3v10",
  go: "M4.5 2.5v11l9-5.5z",
  auto: "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
  light: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1",
  dark: "M13.5 10A6 6 0 0 1 6 2.5 6 6 0 1 0 13.5 10z",
};

/** What the header asks of the page. */
export interface HeaderActions {
  readonly search: (text: string) => void;
  readonly range: (seconds: number) => void;
  readonly pause: () => void;
  readonly theme: () => void;
}

/** The title, the ways to the two views, and what says how to look. */
export class Header {
  readonly box: HTMLElement;
  readonly search: HTMLInputElement;
  readonly #context: PageContext;
  readonly #state = element("p", { class: "state", role: "status" });
  readonly #pause: HTMLButtonElement;
  readonly #theme: HTMLButtonElement;
  readonly #ranges: readonly HTMLInputElement[];
  readonly #metrics = element("a", { href: "#" }, "Metrics");
  readonly #dashboards = element("a", { href: "#dashboards" }, "Dashboards");
  readonly #status = element("a", { href: "#status" }, "Status");

  constructor(context: PageContext, actions: HeaderActions) {
    this.#context = context;
    const { title, host, telemetryPath, prometheusUrl, hasDashboards } = context.about;
    this.search = element("input", {
      type: "search",
      id: "search",
      placeholder: "Search: memory, or device=eth*",
      "aria-label": "Search metrics by name, help text or label",
      "aria-keyshortcuts": "/",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => actions.search(this.search.value),
    });
    const ranges = prometheusUrl === undefined ? liveRanges : [...liveRanges, ...pastRanges];
    this.#ranges = ranges.map((seconds) =>
      element("input", {
        type: "radio",
        name: "range",
        value: String(seconds),
        onchange: () => actions.range(seconds),
      }),
    );
    const choices = this.#ranges.map((input) =>
      element("label", {}, input, element("span", {}, rangeName(Number(input.value)))),
    );
    this.#pause = element("button", {
      type: "button",
      class: "icon-button",
      "aria-keyshortcuts": "p",
      onclick: actions.pause,
    });
    this.#theme = element("button", {
      type: "button",
      class: "icon-button",
      "aria-keyshortcuts": "t",
      onclick: actions.theme,
    });
    const scrape = copyButton(
      "Copy the scrape configuration for Prometheus",
      () => scrapeConfig(title, root, telemetryPath),
      "Scrape config",
    );
    this.box = element(
      "header",
      { class: "top" },
      element("div", { class: "brand" }, element("h1", {}, title), element("p", { class: "host" }, host)),
      element(
        "nav",
        { "aria-label": "Views" },
        this.#metrics,
        ...(hasDashboards ? [this.#dashboards] : []),
        this.#status,
      ),
      this.#state,
      element(
        "div",
        { class: "tools", role: "search" },
        this.search,
        element("fieldset", { class: "ranges" }, element("legend", { class: "unseen" }, "Time range"), ...choices),
        this.#pause,
        scrape,
        this.#theme,
      ),
    );
    this.update();
  }

  /** Shows how things are. */
  update(): void {
    const { view } = this.#context;
    const isPaused = view.pausedAt !== undefined;
    for (const input of this.#ranges) input.checked = Number(input.value) === view.range;
    setButton(this.#pause, isPaused ? icons.go : icons.pause, isPaused ? "Go on (p)" : "Pause (p)");
    this.#pause.setAttribute("aria-pressed", String(isPaused));
    const theme = currentTheme();
    setButton(this.#theme, icons[theme], `Colours: ${theme === "auto" ? "as the system has them" : theme} (t)`);
    const [name, text] = this.#stateOf(isPaused);
    this.#state.className = `state ${name}`;
    if (this.#state.textContent !== text) this.#state.textContent = text;
    const isStatus = location.hash === "#status";
    const isDashboard = this.#context.about.hasDashboards && namedDashboard() !== undefined;
    this.#metrics.ariaCurrent = isStatus || isDashboard ? "false" : "page";
    this.#dashboards.ariaCurrent = isDashboard ? "page" : "false";
    this.#status.ariaCurrent = isStatus ? "page" : "false";
  }

  #stateOf(isPaused: boolean): [name: string, text: string] {
    const { feed } = this.#context;
    if (feed.connection === "lost") return ["bad", "Connection lost, trying again"];
    if (feed.connection === "crowded") return ["bad", "Too many look at this page, trying again"];
    if (feed.problem !== undefined) return ["bad", feed.problem];
    if (isPaused) return ["paused", "Paused"];
    if (feed.dropped > 0) return ["paused", `Live, without ${feed.dropped} series beyond the limit`];
    const failed = feed.collectors.filter(({ succeeded }) => !succeeded).length;
    if (failed > 0) return ["paused", `Live, ${failed} collector${failed === 1 ? "" : "s"} failed`];
    return feed.connection === "live" ? ["good", "Live"] : ["", "Starting"];
  }
}

function rangeName(seconds: number): string {
  return seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`;
}

function setButton(button: HTMLButtonElement, icon: string, label: string): void {
  if (button.getAttribute("aria-label") === label) return;
  button.setAttribute("aria-label", label);
  button.title = label;
  button.replaceChildren(drawing(icon));
}
