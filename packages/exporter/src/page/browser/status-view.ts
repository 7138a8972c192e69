import { copyButton } from "./copy-button.ts";
import { element } from "./element.ts";
import { root } from "./feed.ts";
import type { PageContext } from "./page-context.ts";
import { scrapeConfig } from "../promql.ts";
import { formatSpan, formatValue } from "./units.ts";

/** How the exporter fares, what it is, and where its other pages are. */
export class StatusView {
  readonly box: HTMLElement;
  readonly #context: PageContext;
  readonly #collectors = element("tbody");
  readonly #uptime = element("dd");
  readonly #config = element("pre", { tabindex: "0", role: "region", "aria-label": "Text of the configuration" });
  #hasConfig = false;

  constructor(context: PageContext) {
    this.#context = context;
    const { title, version, node, host, telemetryPath, links, configPath } = context.about;
    const scrape = scrapeConfig(title, root, telemetryPath);
    const facts: [string, string | HTMLElement][] = [
      ["Version", version],
      ["Node.js", node.replace("v", "")],
      ["Host", host],
    ];
    const items = links.map((path) => {
      return element("li", {}, element("a", { href: new URL(path.slice(1), root).href }, path));
    });
    const heads = ["Collector", "Last result", "Took"].map((text) => element("th", { scope: "col" }, text));
    const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), this.#collectors);
    const exporter = element(
      "section",
      { class: "panel", "aria-label": "Exporter" },
      element("h2", {}, "Exporter"),
      element(
        "dl",
        {},
        ...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]),
        element("dt", {}, "Up for"),
        this.#uptime,
      ),
      element("h3", {}, "Pages"),
      element("ul", { class: "links" }, ...items),
    );
    const prometheus = element(
      "section",
      { class: "panel", "aria-label": "Prometheus" },
      element(
        "header",
        {},
        element("h2", {}, "For prometheus.yml"),
        copyButton("Copy the scrape configuration", () => scrape, "Copy"),
      ),
      element("pre", { tabindex: "0", role: "region", "aria-label": "Scrape configuration" }, scrape),
    );
    const configuration = element(
      "section",
      { class: "panel", "aria-label": "Configuration in use", hidden: configPath === undefined },
      element("h2", {}, "Configuration in use"),
      this.#config,
    );
    const collectors = element(
      "section",
      { class: "panel", "aria-label": "Collectors" },
      element("h2", {}, "Collectors"),
      element("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Table of collectors" }, table),
    );
    this.box = element(
      "div",
      { class: "status", hidden: true },
      element("div", {}, exporter, prometheus, configuration),
      collectors,
    );
  }

  /** It is looked at. */
  show(): void {
    this.box.hidden = false;
    this.update();
    const { configPath } = this.#context.about;
    if (configPath !== undefined && !this.#hasConfig) void this.#readConfig(configPath);
  }

  /** Shows what has come. */
  update(): void {
    if (this.box.hidden) return;
    const { about, feed } = this.#context;
    this.#uptime.textContent = formatSpan(Date.now() / 1000 - about.startedAt);
    // Those that failed first.
    const collectors = feed.collectors.toSorted(
      (a, b) => Number(a.succeeded) - Number(b.succeeded) || (a.name < b.name ? -1 : 1),
    );
    const rows = collectors.map(({ name, succeeded, seconds }) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, name),
        element("td", {}, element("span", { class: succeeded ? "good" : "bad" }, succeeded ? "ok" : "failed")),
        element("td", {}, formatValue(seconds, "seconds")),
      ),
    );
    this.#collectors.replaceChildren(...rows);
  }

  async #readConfig(path: string): Promise<void> {
    try {
      const response = await fetch(new URL(path.slice(1), root));
      this.#config.textContent = response.ok ? await response.text() : `Not to be had: status ${response.status}.`;
      this.#hasConfig = response.ok;
    } catch {
      this.#config.textContent = "Not to be had: the exporter does not answer.";
    }
  }
}
