/** What measures a request in one place. */
interface Measurement {
  readonly place: object;
  routeOf: () => string | undefined;
  /** The same in another place. */
  readonly other: Measurement | undefined;
}

const measurement: unique symbol = Symbol("measurement");

/** What bears the marks of a request: its response, or in the manner of Fetch itself. */
type Bearer = object & { [measurement]?: Measurement };

/** Whether a request is, or was, measured in a place. */
export function isMeasured(bearer: Bearer, place: object): boolean {
  return find(bearer, place) !== undefined;
}

/** Says what knows the route better. Returns false for a request that is not measured in the place yet. */
export function tellRoute(bearer: Bearer, place: object, routeOf: () => string | undefined): boolean {
  const found = find(bearer, place);
  if (found !== undefined) found.routeOf = routeOf;
  return found !== undefined;
}

/** Marks a request as measured in a place. What it returns gives the route by whatever knows it best. */
export function markMeasured(
  bearer: Bearer,
  place: object,
  routeOf: () => string | undefined,
): () => string | undefined {
  const measured: Measurement = { place, routeOf, other: bearer[measurement] };
  bearer[measurement] = measured;
  return () => measured.routeOf();
}

function find(bearer: Bearer, place: object): Measurement | undefined {
  let found = bearer[measurement];
  while (found !== undefined && found.place !== place) found = found.other;
  return found;
}
