import type { ParsedFamily } from "@exporterkit/client/parse";
import type { DashboardPanel, DashboardPlan, DashboardRow, DashboardVariable } from "./dashboard-plan.ts";
import { type ExposedFamily, exposedFamilies } from "./exposed-family.ts";
import { familyPanels } from "./family-panels.ts";

/** What a dashboard of an exposition is called. */
export interface ExpositionDashboardOptions {
  /** See {@link DashboardPlan.name}. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/** A plan, and the families that it has no room for. */
export interface ExpositionDashboard {
  readonly plan: DashboardPlan;
  readonly leftOut: readonly string[];
}

/** A browser draws this many in a tolerable time. */
const mostPanels = 200;
/** A row of more is divided by the next word of the names. */
const mostPanelsOfRow = 16;
const mostVariables = 3;
/** A list of more is no choice. */
const mostChoices = 200;

/** A dashboard of everything that an exposition has; undefined where that is nothing. */
export function dashboardOfExposition(
  families: readonly ParsedFamily[],
  options: ExpositionDashboardOptions,
): ExpositionDashboard | undefined {
  const exposed = exposedFamilies(families);
  const [first] = exposed;
  if (first === undefined) return undefined;
  const variables = frequentLabels(exposed);
  const chosen = new Set(variables.map(({ name }) => name));
  const leftOut: string[] = [];
  const drawn: Drawn[] = [];
  let count = 0;
  for (const family of exposed) {
    const panels = familyPanels(family, chosen);
    if (count + panels.length > mostPanels) leftOut.push(family.name);
    else drawn.push({ family, panels });
    count += panels.length;
  }
  const plan = { ...options, targetMetric: commonSeries(exposed), variables, rows: rowsOf(drawn) };
  return { plan, leftOut };
}

interface Drawn {
  readonly family: ExposedFamily;
  readonly panels: readonly DashboardPanel[];
}

/** Rows by how names begin, in the order in which the first of each stands; what is alone comes last. */
function rowsOf(drawn: readonly Drawn[]): DashboardRow[] {
  const rows = byPrefix(drawn, 1).flatMap(([prefix, members]) => {
    const isLong = members.flatMap(({ panels }) => panels).length > mostPanelsOfRow;
    if (!isLong) return [{ title: prefix, members }];
    const parts = byPrefix(members, 2);
    const rest = parts.filter(([, each]) => each.length === 1).flatMap(([, each]) => each);
    return [
      ...parts.filter(([, each]) => each.length > 1).map(([title, each]) => ({ title, members: each })),
      ...(rest.length > 0 ? [{ title: prefix, members: rest }] : []),
    ];
  });
  const alone = rows.filter(({ members }) => members.length === 1);
  const others = { title: "Others", members: alone.flatMap(({ members }) => members) };
  const together = rows.filter(({ members }) => members.length > 1);
  return [...together, ...(alone.length > 0 ? [others] : [])].map(({ title, members }) => ({
    title,
    panels: members.flatMap(({ panels }) => panels),
  }));
}

function byPrefix(drawn: readonly Drawn[], words: number): [string, Drawn[]][] {
  const groups = new Map<string, Drawn[]>();
  for (const each of drawn) {
    const prefix = each.family.name.split("_", words).join("_");
    groups.set(prefix, [...(groups.get(prefix) ?? []), each]);
  }
  return [...groups];
}

/** The labels that many families have, as choices. */
function frequentLabels(families: readonly ExposedFamily[]): DashboardVariable[] {
  const uses = new Map<string, ExposedFamily[]>();
  for (const family of families) {
    for (const label of family.labels.keys()) uses.set(label, [...(uses.get(label) ?? []), family]);
  }
  return [...uses]
    .filter(([label]) => !/^_|^exported_|^targets|^(?:datasource|job|instance)$/.test(label))
    .map(([label, users]) => {
      const richest = users.reduce((a, b) => (b.labels.get(label)!.size > a.labels.get(label)!.size ? b : a));
      return { label, users: users.length, richest, choices: richest.labels.get(label)!.size };
    })
    .filter(
      ({ users, choices }) => users >= 3 && users >= families.length / 10 && choices > 1 && choices <= mostChoices,
    )
    .toSorted((a, b) => b.users - a.users)
    .slice(0, mostVariables)
    .map(({ label, richest }) => ({ name: label, title: label, metric: `${seriesName(richest)}{$targets}` }));
}

/** The family that tells best which targets there are: one of few series, of the prefix that most families have. */
function commonSeries(families: readonly ExposedFamily[]): string {
  const counts = new Map<string, number>();
  for (const family of families) counts.set(prefixOf(family), (counts.get(prefixOf(family)) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const candidates = families.filter((family) => counts.get(prefixOf(family)) === most);
  return seriesName(candidates.reduce((a, b) => (b.seriesCount < a.seriesCount ? b : a)));
}

function prefixOf({ name }: ExposedFamily): string {
  return name.split("_", 1)[0]!;
}

function seriesName({ name, suffixes }: ExposedFamily): string {
  return suffixes.has("") ? name : `${name}${suffixes.has("_count") ? "_count" : [...suffixes][0]}`;
}
