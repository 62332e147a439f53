import { closest } from '../problems/closest.ts';
import { configSchema } from '../schema/configSchema.ts';
import { entriesOf, listOptions, type Schema } from '../schema/options.ts';

/** Two underscores: a variable such as TIDEGATE_CONFIG, or one of the user's own behind `!env`, is no option. */
const PREFIX = 'TIDEGATE__';

/** True for a variable that is meant as an option. */
export function isOverride(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** The variable of an option. */
function variableOf(path: readonly string[]): string {
  return `${PREFIX}${path.join('__').toUpperCase()}`;
}

/** The option of a variable. */
export function pathOf(variable: string): readonly string[] {
  return variable.slice(PREFIX.length).toLowerCase().split('__');
}

/** The part of the schema at a path; undefined: there is none. */
export function schemaAt(path: readonly string[]): Schema | undefined {
  return path.reduce<Schema | undefined>((schema, key) => {
    const entries = schema === undefined ? {} : entriesOf(schema);
    return Object.hasOwn(entries, key) ? entries[key] : undefined;
  }, configSchema);
}

/** Tells what is wrong with the name of a variable; undefined: it is that of an option. */
export function faultOfName(variable: string): string | undefined {
  const path = pathOf(variable);
  if (schemaAt(path) !== undefined)
    return variable === variableOf(path) ? undefined : `is written in capitals: ${variableOf(path)}`;
  const names = listOptions(configSchema).map((option) => option.path.join('__'));
  const guess = closest(path.join('__'), names);
  const hint =
    guess === undefined
      ? `that of mqtt.qos is ${variableOf(['mqtt', 'qos'])}`
      : `did you mean ${PREFIX}${guess.toUpperCase()}?`;
  return `names no option; ${hint}`;
}
