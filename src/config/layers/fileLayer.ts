import { formatPath } from '../problems/finding.ts';
import { formatProblems, type Problem, placeOf } from '../problems/problem.ts';
import { isPlainObject } from '../yaml/plainObject.ts';
import { readYaml } from '../yaml/yamlSource.ts';
import type { YamlTags } from '../yaml/yamlTags.ts';
import type { Layer } from './layer.ts';

/** The text of a configuration file. */
export interface ConfigText {
  /** The file as messages name it. */
  readonly name: string;
  readonly text: string;
}

/** A file that holds nothing says nothing. */
export function fileLayer({ name, text }: ConfigText, tags: YamlTags): Layer {
  const { value, problems, isBroken, locate, tagAt, tagged } = readYaml(text, tags);
  const isEmpty = value === null || value === undefined;
  const shape: readonly Problem[] =
    isBroken || isEmpty || isPlainObject(value)
      ? []
      : [{ offset: 0, text: 'expected a mapping (lines of key: value)' }];
  return {
    origin: { kind: 'file', name },
    value: isPlainObject(value) ? value : {},
    problems: [...problems, ...shape],
    isBroken: isBroken || shape.length > 0,
    locate,
    tagAt,
    tagged,
    format: (found) => formatProblems(found, name, text),
    describePlace: (path) => `${formatPath(path)} in ${name}:${placeOf(text, locate(path, 'value').offset)}`,
  };
}
