import type { WirePanel, WirePanelAnswer, WirePanelLine, WirePanelQuery } from "../wire.ts";
import { Chart, chartBox } from "./chart.ts";
import { copyButton } from "./copy-button.ts";
import { dashboardUnit } from "./dashboard-units.ts";
import { element } from "./element.ts";
import { Heatmap } from "./heatmap.ts";
import { KeptAnswer } from "./kept-answer.ts";
import { Legend } from "./legend.ts";
import type { PageContext } from "./page-context.ts";
import { formatValue, type Unit } from "./units.ts";

const chartHeight = 190;
/** Of a number. */
const smallHeight = 44;

/** What a panel asks with, besides how far back. */
export type PanelChoices = Pick<WirePanelQuery, "dashboard" | "panel" | "choices">;

/** A panel of a dashboard: its title at once, what Prometheus has of it as long as it is in view. */
export class PanelCard {
  readonly box: HTMLElement;
  readonly #panel: WirePanel;
  readonly #context: PageContext;
  readonly #choices: () => PanelChoices;
  readonly #unit: Unit;
  readonly #body = element("div", { class: "body" });
  readonly #foot = element("p", { class: "foot" });
  readonly #copy: HTMLButtonElement;
  readonly #kept: KeptAnswer<WirePanelAnswer> = new KeptAnswer("panel", () => this.update());
  #shown: ShownKind | undefined;
  #version = 0;

  constructor(panel: WirePanel, context: PageContext, choices: () => PanelChoices) {
    this.#panel = panel;
    this.#context = context;
    this.#choices = choices;
    this.#unit = dashboardUnit(panel.unit);
    const { title, description, width } = panel;
    this.#copy = copyButton(`Copy the PromQL of ${title}`, () => this.#kept.answer?.queries.join("\n") ?? "");
    this.box = element(
      "article",
      { class: `card panel-card ${isSmall(panel) ? "small" : ""}`, "aria-busy": "true" },
      element("header", {}, element("h4", {}, title), this.#copy),
      ...(description === "" ? [] : [element("p", { class: "help", title: description }, description)]),
      this.#body,
      this.#foot,
    );
    this.box.style.setProperty("--columns", String(Math.min(24, Math.max(4, width))));
  }

  /** It comes into view. */
  show(): void {
    if (this.#shown !== undefined) return;
    this.#version = 0;
    this.#shown = makeShown(this.#panel, this.#unit, this.#context);
    this.#body.replaceChildren(...this.#shown.parts);
    this.update();
  }

  /** It leaves the view. */
  hide(): void {
    this.#kept.drop();
    this.#shown?.destroy();
    this.#shown = undefined;
    this.#body.replaceChildren();
  }

  /** Shows what has come. */
  update(): void {
    if (this.#shown === undefined) return;
    const { view } = this.#context;
    this.#kept.ask(JSON.stringify({ ...this.#choices(), seconds: view.range }), view.pausedAt !== undefined);
    const { answer, problem, version } = this.#kept;
    this.#copy.disabled = answer === undefined;
    this.box.ariaBusy = String(answer === undefined && problem === undefined);
    const text = problem ?? (answer === undefined ? "Asking Prometheus" : footText(answer));
    if (this.#foot.textContent !== text) this.#foot.textContent = text;
    if (answer === undefined || version === this.#version) return;
    this.#version = version;
    this.#shown.show(answer);
  }

  /** Draws it anew, in other colours. */
  redraw(): void {
    this.#shown?.redraw();
  }
}

function footText({ lines, more }: WirePanelAnswer): string {
  if (lines.length === 0) return "Prometheus has nothing of this.";
  return more === 0 ? `${lines.length} series` : `top ${lines.length} of ${lines.length + more} series`;
}

/** How a kind of panel shows what there is. */
interface ShownKind {
  readonly parts: readonly HTMLElement[];
  show(answer: WirePanelAnswer): void;
  redraw(): void;
  destroy(): void;
}

function makeShown(panel: WirePanel, unit: Unit, context: PageContext): ShownKind {
  if (panel.kind === "table") return tableOf(panel);
  if (panel.kind === "heatmap") return heatmapOf(panel, unit, context);
  return chartOf(panel, unit, context);
}

/** Whether a panel is a number among others, without axes. */
function isSmall({ kind, width }: WirePanel): boolean {
  return kind === "number" && width < 12;
}

function chartOf(panel: WirePanel, unit: Unit, { view }: PageContext): ShownKind {
  const { title, kind, max, isStacked } = panel;
  const isNumber = kind === "number";
  const hasAxes = !isSmall(panel);
  const box = chartBox(title);
  const legend = new Legend(unit);
  legend.list.ariaLabel = `Series of ${title}`;
  const number = element("p", { class: "large" });
  const chart = new Chart(box, {
    unit,
    top: max,
    height: hasAxes ? chartHeight : smallHeight,
    isFilled: isNumber,
    hasAxes,
    isStacked,
    onPoint: (index) => legend.point(index),
  });
  return {
    parts: isNumber ? [number, box, legend.list] : [box, legend.list],
    show({ times, lines }) {
      const named = lines.map(({ name, values }) => ({ labels: [["", name] as const], values }));
      const values = lines.map((line) => line.values);
      chart.show({ times, lines: isStacked ? stacked(values) : values, ...view.span(times) });
      legend.show(named, true);
      legend.list.hidden = isNumber && lines.length < 2;
      // What can be scrolled has to be reached by the keyboard.
      legend.list.tabIndex = lines.length > (hasAxes ? 3 : 1) ? 0 : -1;
      number.hidden = lines.length !== 1;
      number.textContent = formatValue(lastOf(lines[0]), unit);
      box.setAttribute("aria-label", `Plot of ${title}, ${lines.length} lines. The values are listed below.`);
    },
    redraw: () => chart.redraw(),
    destroy: () => chart.destroy(),
  };
}

function heatmapOf({ title }: WirePanel, unit: Unit, { view }: PageContext): ShownKind {
  const heatmap = new Heatmap(title, unit);
  let shown: WirePanelAnswer | undefined;
  const draw = (): void => {
    if (shown === undefined) return;
    const { times, lines } = shown;
    heatmap.show({ from: 1, fitting: 0, lines }, times, 1, view.span(times));
  };
  return {
    parts: [heatmap.canvas],
    show(answer) {
      shown = answer;
      draw();
    },
    redraw: draw,
    destroy() {},
  };
}

function tableOf({ title }: WirePanel): ShownKind {
  const table = element("table", {});
  const box = element(
    "div",
    { class: "table", tabindex: "0", role: "region", "aria-label": `Table of ${title}` },
    table,
  );
  return {
    parts: [box],
    show({ lines }) {
      const present = lines.filter((line) => lastOf(line) !== null);
      const names = [...new Set(present.flatMap(({ labels }) => Object.keys(labels)))];
      const heads = [...names, "Value"].map((name) => element("th", { scope: "col" }, name));
      const rows = present.map((line) => {
        const cells = [...names.map((name) => line.labels[name] ?? ""), formatValue(lastOf(line), "none")];
        return element("tr", {}, ...cells.map((text) => element("td", {}, text)));
      });
      table.replaceChildren(element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));
    },
    redraw() {},
    destroy() {},
  };
}

/** The latest number of a line; null where it has ended. */
function lastOf(line: WirePanelLine | undefined): number | null {
  return line?.values.at(-1) ?? null;
}

/** Each line upon those before it. */
function stacked(lines: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const sums: number[] = [];
  return lines.map((values) =>
    values.map((value, index) => {
      if (value === null) return null;
      sums[index] = (sums[index] ?? 0) + value;
      return sums[index];
    }),
  );
}
