/** What is drawn only while it is looked at. */
interface Card {
  readonly box: Element;
  show(): void;
  hide(): void;
}

/** Has cards shown while they are in the window or near it, and hidden elsewhere. */
export class CardsInView {
  readonly #cardOf = new Map<Element, Card>();
  readonly #observer: IntersectionObserver;

  /** `aheadPixels` is how far above and below the window is near. */
  constructor(aheadPixels: number) {
    const changed = (entries: readonly IntersectionObserverEntry[]): void => {
      for (const { target, isIntersecting } of entries) {
        const card = this.#cardOf.get(target);
        if (isIntersecting) card?.show();
        else card?.hide();
      }
    };
    this.#observer = new IntersectionObserver(changed, { rootMargin: `${aheadPixels}px 0px` });
  }

  add(card: Card): void {
    this.#cardOf.set(card.box, card);
    this.#observer.observe(card.box);
  }

  /** Hides a card, for good. */
  drop(card: Card): void {
    card.hide();
    this.#observer.unobserve(card.box);
    this.#cardOf.delete(card.box);
  }
}
