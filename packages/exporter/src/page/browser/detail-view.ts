import { parseSearch } from "../label-matcher.ts";
import type { WireFamily } from "../wire.ts";
import { lineColour, paletteSize } from "./chart.ts";
import { copyButton } from "./copy-button.ts";
import { element } from "./element.ts";
import { footText, wrappable } from "./family-card.ts";
import { FamilyPlot, plotUnit } from "./family-plot.ts";
import { Heatmap } from "./heatmap.ts";
import type { PageContext } from "./page-context.ts";
import { promQl } from "../promql.ts";
import { formatValue } from "./units.ts";

const chartHeight = 300;
const mostLines = 40;

/** One family, large, in a dialog: its plot, its buckets, a table of its series, and its query. */
export class DetailView {
  readonly box: HTMLDialogElement;
  readonly #family: WireFamily;
  readonly #context: PageContext;
  readonly #plot: FamilyPlot;
  readonly #heatmap: Heatmap | undefined;
  readonly #foot = element("p", { class: "foot" });
  readonly #query = element("code");
  readonly #expression = element("a", { target: "_blank", rel: "noreferrer" }, "Open in Prometheus");
  readonly #rows = element("tbody");
  readonly #filter: HTMLInputElement;

  /** `onClose` is called when it is left. */
  constructor(family: WireFamily, context: PageContext, onClose: () => void) {
    const { name, help, kind, labels } = family;
    this.#family = family;
    this.#context = context;
    this.#plot = new FamilyPlot(family, context, { height: chartHeight, most: mostLines });
    this.#heatmap = kind === "buckets" ? new Heatmap(name, plotUnit(family)) : undefined;
    const hint =
      labels.length === 0 ? "it has no labels" : `${labels.slice(0, 4).join(", ")}${labels.length > 4 ? " …" : ""}`;
    this.#filter = element("input", {
      type: "search",
      id: "detail-filter",
      placeholder: labels.length === 0 ? "" : `${labels[0]}=…`,
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.#refilter(),
    });
    this.#filter.value = context.view.search.matchers
      .map(
        ({ label, isNegated, value }) =>
          `${label}${isNegated ? "!" : ""}=${/[\s,]/.test(value) ? `"${value}"` : value}`,
      )
      .join(" ");
    const close = element(
      "button",
      { type: "button", class: "quiet-button", onclick: () => this.box.close() },
      "Close",
    );
    const table = element(
      "table",
      {},
      element("caption", { class: "unseen" }, `Series of ${name}`),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ...["Series", "Now", "Min", "Mean", "Max"].map((text) => element("th", { scope: "col" }, text)),
        ),
      ),
      this.#rows,
    );
    const charts = kind === "labels" ? [] : [this.#plot.chartBox];
    this.box = element(
      "dialog",
      { class: "detail", "aria-labelledby": "detail-title", onclose: onClose },
      element("header", {}, element("h2", { id: "detail-title" }, wrappable(name)), close),
      element("p", { class: "help" }, help || "No help text."),
      ...charts,
      ...(this.#heatmap ? [element("h3", {}, "Observations by bucket"), this.#heatmap.canvas] : []),
      element(
        "div",
        { class: "filter", hidden: labels.length === 0 },
        element("label", { for: "detail-filter" }, `Filter by label (${hint})`),
        this.#filter,
      ),
      this.#foot,
      element("div", { class: "table", tabindex: "0", role: "region", "aria-label": `Series of ${name}` }, table),
      element(
        "div",
        { class: "query" },
        this.#query,
        ...(context.about.prometheusUrl === undefined ? [] : [this.#expression]),
        copyButton(`Copy the PromQL of ${name}`, () => this.#promQl(), "Copy PromQL"),
      ),
    );
    this.box.addEventListener("click", ({ target }) => {
      // What is beside it belongs to its backdrop.
      if (target === this.box) this.box.close();
    });
  }

  /** Shows it above the page. */
  open(): void {
    document.body.append(this.box);
    this.box.showModal();
    this.update();
  }

  /** Shows what has come. */
  update(): void {
    const { view } = this.#context;
    this.#plot.update();
    const { lines } = this.#plot;
    const { data, times, first } = this.#plot.shown;
    this.#showQuery();
    this.#foot.textContent = footText(this.#family, this.#plot);
    const unit = plotUnit(this.#family);
    const { start, end } = view.span(times);
    this.#heatmap?.show(data, times, first, { start, end });
    const shownFrom = times.findIndex((time) => time >= start);
    const rows = lines.map(({ labels, values }, index) => {
      const known = values.slice(Math.max(0, shownFrom)).filter((value) => value !== null);
      const sum = known.reduce((total, value) => total + value, 0);
      const numbers =
        known.length === 0
          ? [null, null, null, null]
          : [known.at(-1), Math.min(...known), sum / known.length, Math.max(...known)];
      const key = element("i", { class: index >= paletteSize ? "key dashed" : "key" });
      key.style.color = `var(${lineColour(index)})`;
      const all = this.#family.kind === "buckets" ? undefined : data.lines[index]?.labels;
      const pairs = all === undefined ? labels : Object.entries(all);
      const text = pairs
        .map(([label, value]) => (label === "" ? value : `${label}=${JSON.stringify(value)}`))
        .join(", ");
      const isInfo = this.#family.kind === "labels";
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, ...(isInfo ? [] : [key]), text || this.#family.name),
        ...numbers.map((number) => element("td", {}, isInfo ? "" : formatValue(number, unit))),
      );
    });
    this.#rows.replaceChildren(...rows);
  }

  /** Draws it anew, in other colours. */
  redraw(): void {
    this.#plot.redraw();
    this.update();
  }

  /** Takes it from the page. */
  destroy(): void {
    this.#plot.destroy();
    this.box.remove();
  }

  #refilter(): void {
    this.#plot.data.matchers = parseSearch(this.#filter.value).matchers;
    this.update();
    this.#context.feed.refresh();
  }

  #showQuery(): void {
    const query = this.#promQl();
    this.#query.textContent = query;
    const { prometheusUrl } = this.#context.about;
    if (prometheusUrl === undefined) return;
    const seconds = Math.max(3600, this.#context.view.range);
    const parameters = new URLSearchParams({ "g0.expr": query, "g0.tab": "0", "g0.range_input": `${seconds}s` });
    this.#expression.href = `${prometheusUrl}graph?${parameters.toString()}`;
  }

  #promQl(): string {
    return promQl({ ...this.#family, matchers: this.#plot.data.matchers });
  }
}
