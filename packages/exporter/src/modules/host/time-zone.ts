/** The name and the offset of a time zone at a time. */
export interface ZoneOffset {
  /** Its abbreviation, such as `CET`; where there is none, hours and minutes, such as `+03` or `+0545`. */
  readonly name: string;
  /** How far it is ahead of UTC. */
  readonly seconds: number;
}

// Each knows the abbreviations of its own region alone, and says GMT+1 of the others.
const locales = ["en-US", "en-GB", "en-AU", "en-IN", "en-NZ", "en-ZA", "ja-JP", "ko-KR"];

/** The zone of this process. */
export function zoneOffset(at: Date): ZoneOffset {
  const minutes = -at.getTimezoneOffset();
  const names = locales.map((locale) => shortName(locale, at));
  const name = names.find((each) => each !== undefined && /^[A-Z]{3,5}$/.test(each));
  return { name: name ?? (minutes === 0 ? "UTC" : numeric(minutes)), seconds: minutes * 60 };
}

function shortName(locale: string, at: Date): string | undefined {
  const parts = new Intl.DateTimeFormat(locale, { timeZoneName: "short" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value;
}

function numeric(minutes: number): string {
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const digits = [hours, ...(rest === 0 ? [] : [rest])].map((number) => String(number).padStart(2, "0"));
  return (minutes < 0 ? "-" : "+") + digits.join("");
}
