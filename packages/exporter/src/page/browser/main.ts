import { parseSearch } from "../label-matcher.ts";
import type { WireAbout } from "../wire.ts";
import { DashboardsView, namedDashboard } from "./dashboards-view.ts";
import { DetailView } from "./detail-view.ts";
import { element } from "./element.ts";
import { FamiliesView } from "./families-view.ts";
import { Feed } from "./feed.ts";
import { Header } from "./header.ts";
import type { PageContext } from "./page-context.ts";
import { addShortcuts } from "./shortcuts.ts";
import { StatusView } from "./status-view.ts";
import { SummaryView } from "./summary-view.ts";
import { applyTheme, forgetColours, onSystemTheme, switchTheme } from "./theme.ts";
import { liveRanges, pastRanges, ViewState } from "./view-state.ts";

const searchMs = 120;
const retryMs = 3000;

/** Puts the page together and keeps it up to date. */
function run(about: WireAbout, feed: Feed): void {
  const view = new ViewState();
  const context: PageContext = { about, feed, view };
  const summary = new SummaryView(context);
  const families = new FamiliesView(context);
  const dashboards = new DashboardsView(context);
  const status = new StatusView(context);
  let detail: DetailView | undefined;
  let searching: ReturnType<typeof setTimeout> | undefined;

  const actions = {
    search(text: string): void {
      clearTimeout(searching);
      searching = setTimeout(() => {
        view.search = parseSearch(text);
        families.search();
      }, searchMs);
    },
    range(seconds: number): void {
      view.range = seconds;
      update();
    },
    pause(): void {
      view.pausedAt = view.pausedAt === undefined ? (feed.times.at(-1) ?? Date.now() / 1000) : undefined;
      update();
    },
    theme(): void {
      switchTheme();
      redraw();
    },
  };
  const header = new Header(context, actions);
  const metrics = element("div", {}, summary.box, families.box);
  const main = element("main", { id: "main", tabindex: "-1" }, metrics, dashboards.box, status.box);
  const skip = element("a", { href: "#main", class: "skip" }, "To the metrics");
  skip.addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });

  function update(): void {
    header.update();
    if (!metrics.hidden) {
      summary.update();
      families.update();
    }
    dashboards.update();
    status.update();
    detail?.update();
  }

  function redraw(): void {
    forgetColours();
    for (const each of [summary, families, dashboards, detail]) each?.redraw();
    header.update();
  }

  /** Shows what the address names. */
  function go(): void {
    const name = new URLSearchParams(location.hash.slice(1)).get("metric");
    const isStatus = location.hash === "#status";
    const isDashboard = about.hasDashboards && namedDashboard() !== undefined;
    metrics.hidden = isStatus || isDashboard;
    dashboards.box.hidden = !isDashboard;
    if (!isDashboard) dashboards.hide();
    if (isStatus) status.show();
    else status.box.hidden = true;
    detail?.destroy();
    detail = undefined;
    const family = feed.families.find((each) => each.name === name);
    if (family !== undefined) {
      detail = new DetailView(family, context, () => {
        // An empty hash would go to the top.
        history.pushState(null, "", location.pathname + location.search);
        go();
      });
      detail.open();
    }
    update();
  }

  feed.onChange = (isNewCatalog) => {
    if (isNewCatalog) families.use(feed.families);
    // The address may name what has only come now.
    if (isNewCatalog && detail === undefined && location.hash.startsWith("#metric=")) go();
    else update();
  };
  addEventListener("hashchange", go);
  onSystemTheme(redraw);
  const ranges = about.prometheusUrl === undefined ? liveRanges : [...liveRanges, ...pastRanges];
  addShortcuts({
    "/": () => header.search.focus(),
    p: () => actions.pause(),
    t: () => actions.theme(),
    ...Object.fromEntries(ranges.map((seconds, index) => [String(index + 1), () => actions.range(seconds)])),
  });
  document.body.replaceChildren(skip, header.box, main);
  go();
  if (feed.families.length > 0) families.use(feed.families);
}

applyTheme();
const feed = new Feed();
feed.start();
run(await askAbout(), feed);

/** What the exporter says of itself. Asks until it answers. */
async function askAbout(): Promise<WireAbout> {
  for (;;) {
    try {
      const answer = await fetch(new URL("about", import.meta.url));
      if (answer.ok) return (await answer.json()) as WireAbout;
    } catch {
      // It is away.
    }
    document.body.replaceChildren(
      element("p", { class: "nothing", role: "status" }, "The exporter does not answer yet."),
    );
    await new Promise((resolve) => {
      setTimeout(resolve, retryMs);
    });
  }
}
