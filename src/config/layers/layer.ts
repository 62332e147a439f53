import type { FindingPath } from '../problems/finding.ts';
import type { Problem } from '../problems/problem.ts';
import type { PlainObject } from '../yaml/plainObject.ts';
import type { YamlSource } from '../yaml/yamlSource.ts';
import type { LayerOrigin } from './configSources.ts';

/** A part of the configuration: one file, or one variable of the environment. */
export interface Layer extends Pick<YamlSource, 'locate' | 'tagAt' | 'tagged'> {
  readonly origin: LayerOrigin;
  /** Its options, tags resolved; empty where it has none. */
  readonly value: PlainObject;
  /** Faults that were met on reading it. */
  readonly problems: readonly Problem[];
  /** Tells whether the structure is in doubt, so that further checks would only echo the first mistake. */
  readonly isBroken: boolean;
  /** The problems as a user reads them. Prints no secret. */
  format(problems: readonly Problem[]): string;
  /** The option of a path, or one of its entries of `streams:`, as the other layers name it. */
  describePlace(path: FindingPath): string;
}
