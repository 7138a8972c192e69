import type { Search } from "../label-matcher.ts";
import type { WireFamily } from "../wire.ts";
import { CardsInView } from "./cards-in-view.ts";
import { element } from "./element.ts";
import { FamilyCard } from "./family-card.ts";
import { groupFamilies } from "./group-families.ts";
import type { PageContext } from "./page-context.ts";

/** How far outside the window a card gets its plot. */
const aheadPixels = 300;

/** Every family, in groups, of which only those in view have plots. */
export class FamiliesView {
  readonly box: HTMLElement;
  readonly #context: PageContext;
  readonly #groups = element("div", { class: "groups" });
  readonly #index = element("nav", { class: "index", "aria-label": "Groups of metrics" });
  readonly #nothing = element("p", { class: "nothing", hidden: true });
  readonly #count = element("span", { class: "count" });
  #cards: readonly FamilyCard[] = [];
  #sections: readonly { section: HTMLElement; link: HTMLElement; cards: readonly FamilyCard[] }[] = [];
  readonly #inView = new CardsInView(aheadPixels);

  constructor(context: PageContext) {
    this.#context = context;
    const title = element("h2", { id: "families-title" }, "All metrics ", this.#count);
    this.box = element(
      "section",
      { class: "families", "aria-labelledby": "families-title" },
      title,
      element("div", { class: "columns" }, this.#index, element("div", {}, this.#nothing, this.#groups)),
    );
  }

  /** Other families are there. Those that stay keep their cards. */
  use(families: readonly WireFamily[]): void {
    const before = new Map(this.#cards.map((card) => [JSON.stringify(card.family), card]));
    const sections = [...groupFamilies(families)].map(([name, members]) => {
      const cards = members.map((family) => {
        const key = JSON.stringify(family);
        const card = before.get(key) ?? this.#makeCard(family);
        before.delete(key);
        return card;
      });
      const id = `group-${name}`;
      const grid = element("div", { class: "grid" }, ...cards.map(({ box }) => box));
      const section = element(
        "section",
        { class: "group", id, "aria-label": name },
        element("h3", { class: "group-name" }, name),
        grid,
      );
      const link = element("a", { href: `#${id}` }, name, element("span", { class: "quiet" }, ` ${cards.length}`));
      link.addEventListener("click", (event) => {
        event.preventDefault();
        section.scrollIntoView({ block: "start" });
        cards
          .find(({ box }) => !box.hidden)
          ?.box.querySelector("a")
          ?.focus({ preventScroll: true });
      });
      return { section, link, cards };
    });
    for (const gone of before.values()) this.#inView.drop(gone);
    this.#sections = sections;
    this.#cards = sections.flatMap(({ cards }) => cards);
    const focused = document.activeElement;
    this.#groups.replaceChildren(...sections.map(({ section }) => section));
    if (focused instanceof HTMLElement && this.#groups.contains(focused)) focused.focus({ preventScroll: true });
    this.#index.replaceChildren(...sections.map(({ link }) => link));
    this.search();
  }

  /** Something else is searched for. */
  search(): void {
    const { search } = this.#context.view;
    let number = 0;
    for (const { section, link, cards } of this.#sections) {
      let isEmpty = true;
      for (const card of cards) {
        const isFound = fits(card.family, search);
        card.box.hidden = !isFound;
        card.filter();
        if (!isFound) continue;
        isEmpty = false;
        number++;
      }
      section.hidden = isEmpty;
      link.hidden = isEmpty;
    }
    const total = this.#cards.length;
    this.#count.textContent = number === total ? String(total) : `${number} of ${total}`;
    this.#nothing.hidden = number > 0 || total === 0;
    this.#nothing.textContent =
      "Nothing fits. Search for words in names and help texts, or for labels: mode=idle, device=eth*, mode!=user.";
    this.#context.feed.refresh();
  }

  /** Shows what has come. */
  update(): void {
    for (const card of this.#cards) card.update();
  }

  /** Draws all anew, in other colours. */
  redraw(): void {
    for (const card of this.#cards) card.redraw();
  }

  #makeCard(family: WireFamily): FamilyCard {
    const card = new FamilyCard(family, this.#context);
    this.#inView.add(card);
    return card;
  }
}

function fits({ name, help, labels }: WireFamily, { words, matchers }: Search): boolean {
  const text = `${name}\n${help}`.toLowerCase();
  return words.every((word) => text.includes(word)) && matchers.every(({ label }) => labels.includes(label));
}
