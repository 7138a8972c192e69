import type { RuleSet } from "../rules/rule-set.ts";
import { ruleTestsFile } from "../rules/rule-tests-file.ts";
import { rulesFile } from "../rules/rules-file.ts";
import type { Command } from "./command.ts";
import { oneOf } from "./one-of.ts";
import { writeFiles } from "./written-files.ts";

/** Which rules are asked for, and where they go. */
export interface RulesFlags {
  readonly module?: string | undefined;
  readonly folder?: string | undefined;
  /** Whether their tests are asked for instead. */
  readonly tests?: boolean | undefined;
}

/** Prints rules or their tests, or writes both into a folder. Resolves to the exit code. */
export async function writeRules(command: Command, { module, folder, tests = false }: RulesFlags): Promise<number> {
  const rules = await command.rules();
  const sets = module === undefined ? rules : [oneOf(rules, module, "set of rules")];
  if (folder === undefined) {
    process.stdout.write(tests ? ruleTestsFile(sets, [rulesName(module ?? command.name)]) : rulesFile(sets));
    return 0;
  }
  await writeFiles(
    folder,
    sets.flatMap((set: RuleSet) => [
      { name: rulesName(set.name), text: rulesFile([set]) },
      { name: `${set.name}.rules.test.yml`, text: ruleTestsFile([set], [rulesName(set.name)]) },
    ]),
  );
  return 0;
}

function rulesName(name: string): string {
  return `${name}.rules.yml`;
}
