const baseUnits: Readonly<Record<string, readonly string[]>> = {
  amperes: ["amperes"],
  bytes: ["bytes", "bits"],
  celsius: ["celsius", "fahrenheit", "rankine"],
  grams: ["grams", "pounds", "ounces"],
  joules: ["joules", "calories"],
  // Celsius is what people measure in; kelvin has its place for colours and in science.
  kelvin: ["kelvin", "kelvins"],
  meters: ["meters", "inches", "yards", "miles"],
  metres: ["metres"],
  seconds: ["seconds", "minutes", "hours", "days", "weeks"],
  volts: ["volts"],
};

const baseOf = new Map(
  Object.entries(baseUnits).flatMap(([base, units]) => units.map((unit) => [unit, base] as const)),
);

// "mibi" is no prefix, but it is what promlint looks for in place of "mebi".
const prefixes =
  "pico nano micro milli centi deci deca hecto kilo kibi mega mebi mibi giga gibi tera tebi peta pebi".split(" ");

const prefixPattern = new RegExp(`^(?:${prefixes.join("|")})`);

const abbreviations = new Set("s ms us ns sec b kb mb gb tb pb m h d".split(" "));

/** A unit and the one to use in its place. */
export interface UnitAdvice {
  readonly unit: string;
  readonly base: string;
}

/**
 * The first unit among the words of a metric's name, unless it is a base unit.
 *
 * @see https://prometheus.io/docs/practices/naming/#base-units
 */
export function unitToReplace(name: string): UnitAdvice | undefined {
  for (const unit of name.split("_")) {
    const base = baseOf.get(unit) ?? baseOf.get(unit.replace(prefixPattern, ""));
    if (base !== undefined) return unit === base ? undefined : { unit, base };
  }
  return undefined;
}

/** The words of a metric's name, except the first, that look like a unit cut short. */
export function abbreviatedUnits(name: string): string[] {
  const [, ...words] = name.toLowerCase().split("_");
  return words.filter((word) => abbreviations.has(word));
}
