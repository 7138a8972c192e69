import type { WireChoices, WireDashboard } from "../wire.ts";
import { CardsInView } from "./cards-in-view.ts";
import { element } from "./element.ts";
import { KeptAnswer } from "./kept-answer.ts";
import type { PageContext } from "./page-context.ts";
import { PanelCard } from "./panel-card.ts";

/** How far outside the window a panel is filled. */
const aheadPixels = 200;

/** The dashboard that the address names; undefined where it names none, empty for the first. */
export function namedDashboard(): string | undefined {
  if (location.hash === "#dashboards") return "";
  return new URLSearchParams(location.hash.slice(1)).get("dashboard") ?? undefined;
}

/** Dashboards, drawn from what Prometheus has of this exporter. */
export class DashboardsView {
  readonly box: HTMLElement;
  readonly #context: PageContext;
  readonly #names = element("nav", { class: "names", "aria-label": "Dashboards" });
  readonly #content = element("div", {});
  readonly #all: KeptAnswer<readonly WireDashboard[]> = new KeptAnswer("dashboards", () => this.update());
  readonly #values: KeptAnswer<WireChoices> = new KeptAnswer("choices", () => this.update());
  #shown: WireDashboard | undefined;
  #listed = "";
  #cards: readonly PanelCard[] = [];
  #choices: Record<string, string> = {};
  #selects: readonly { readonly name: string; readonly select: HTMLSelectElement; readonly hasAll: boolean }[] = [];
  #valuesVersion = 0;
  readonly #inView = new CardsInView(aheadPixels);

  constructor(context: PageContext) {
    this.#context = context;
    this.box = element(
      "section",
      { class: "dashboards", "aria-label": "Dashboards", hidden: true },
      this.#names,
      this.#content,
    );
  }

  /** Shows what has come, if it is looked at. */
  update(): void {
    const name = namedDashboard();
    if (name === undefined || this.box.hidden) return;
    if (this.#all.answer === undefined) this.#all.ask("");
    const dashboards = this.#ofThisExporter(name);
    this.#list(dashboards);
    const shown = dashboards.find((each) => each.name === name) ?? (name === "" ? dashboards[0] : undefined);
    if (shown !== this.#shown) this.#use(shown);
    if (shown === undefined) {
      const isKnown = this.#all.answer !== undefined && this.#context.feed.families.length > 0;
      const text = this.#all.problem ?? (isKnown ? "There is no dashboard of what this exporter has." : "Loading");
      this.#content.replaceChildren(element("p", { class: "nothing", role: "status" }, text));
      return;
    }
    for (const link of this.#names.querySelectorAll("a")) {
      link.ariaCurrent = link.dataset["name"] === shown.name ? "page" : "false";
    }
    if (shown.variables.length > 0) this.#values.ask(shown.name);
    this.#showChoices();
    for (const card of this.#cards) card.update();
  }

  /** Draws all anew, in other colours. */
  redraw(): void {
    for (const card of this.#cards) card.redraw();
  }

  /** Nobody looks any more. */
  hide(): void {
    this.#use(undefined);
  }

  /** Those of which the exporter has something, and the one that is asked for: its metrics may be gone. */
  #ofThisExporter(asked: string): readonly WireDashboard[] {
    const { families } = this.#context.feed;
    const has = (metric: string): boolean =>
      families.some(({ name }) => name === metric || name === metric.replace(/_(?:count|sum|bucket)$/, ""));
    return (this.#all.answer ?? []).filter(({ name, metric }) => {
      return name === asked || metric === undefined || has(metric);
    });
  }

  #list(dashboards: readonly WireDashboard[]): void {
    const key = JSON.stringify(dashboards.map(({ name, title }) => [name, title]));
    if (key === this.#listed) return;
    this.#listed = key;
    this.#names.replaceChildren(
      ...dashboards.map(({ name, title }) => {
        const link = element("a", { href: `#dashboard=${encodeURIComponent(name)}` }, title);
        link.dataset["name"] = name;
        return link;
      }),
    );
  }

  #use(dashboard: WireDashboard | undefined): void {
    for (const card of this.#cards) this.#inView.drop(card);
    this.#cards = [];
    this.#shown = dashboard;
    this.#choices = {};
    this.#selects = [];
    this.#valuesVersion = 0;
    if (dashboard === undefined) {
      this.#values.drop();
      return;
    }
    const { name, title, description, panels, variables } = dashboard;
    this.#cards = panels.map((panel, index) => {
      const asked = (): { dashboard: string; panel: number; choices: Record<string, string> } => {
        return { dashboard: name, panel: index, choices: this.#choices };
      };
      return new PanelCard(panel, this.#context, asked);
    });
    this.#selects = variables.map((variable) => {
      const all = variable.hasAll ? [element("option", { value: "" }, "All")] : [];
      const select = element(
        "select",
        { onchange: () => this.#choose(variable.name, select.value, variable.hasAll) },
        ...all,
      );
      return { name: variable.name, select, hasAll: variable.hasAll };
    });
    const choosers = variables.map((variable, index) =>
      element("label", {}, element("span", {}, variable.title), this.#selects[index]!.select),
    );
    this.#content.replaceChildren(
      element("h2", {}, title),
      element("p", { class: "help" }, description),
      element("div", { class: "choosers", hidden: choosers.length === 0 }, ...choosers),
      ...this.#rows(dashboard),
    );
    for (const card of this.#cards) this.#inView.add(card);
  }

  #rows({ panels }: WireDashboard): HTMLElement[] {
    const parts: HTMLElement[] = [];
    let grid: HTMLElement | undefined;
    for (const [index, { row }] of panels.entries()) {
      if (grid === undefined || row !== panels[index - 1]!.row) {
        grid = element("div", { class: "panels" });
        parts.push(...(row === undefined ? [] : [element("h3", { class: "group-name" }, row)]), grid);
      }
      grid.append(this.#cards[index]!.box);
    }
    return parts;
  }

  #choose(name: string, value: string, hasAll: boolean): void {
    const { [name]: _, ...others } = this.#choices;
    this.#choices = hasAll && value === "" ? others : { ...others, [name]: value };
    this.update();
  }

  /** Lets a reader choose among what Prometheus has. */
  #showChoices(): void {
    const { answer, version } = this.#values;
    if (answer === undefined || version === this.#valuesVersion) return;
    this.#valuesVersion = version;
    for (const { name, select, hasAll } of this.#selects) {
      const chosen = this.#choices[name];
      const values = answer[name] ?? [];
      const shown = Array.from(select.options, ({ value }) => value).slice(hasAll ? 1 : 0);
      // Somebody may be choosing from them.
      if (JSON.stringify(values) === JSON.stringify(shown)) continue;
      const options = values.map((value) => element("option", { value }, value === "" ? '""' : value));
      select.replaceChildren(...(hasAll ? [element("option", { value: "" }, "All")] : []), ...options);
      if (chosen !== undefined) select.value = chosen;
    }
  }
}
