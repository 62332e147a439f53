import { dirname, relative } from 'node:path';
import { type Column, renderTable } from '../adapters/terminal/renderTable.ts';
import type { Config } from '../config/config.ts';
import { nameOfOrigin, type Origin, originOf } from '../config/layers/origins.ts';
import { listConfigOptions } from '../config/optionList.ts';

/** One line of the table. */
interface OptionLine {
  readonly option: string;
  readonly value: string;
  readonly from: string;
}

const COLUMNS: readonly Column<OptionLine>[] = [
  { title: 'option', text: ({ option }) => option, minWidth: 20 },
  { title: 'value', text: ({ value }) => value, minWidth: 20 },
  { title: 'from', text: ({ from }) => from, minWidth: 20 },
];

/** Table of options with their values and where each comes from. @param withDefaults those too that are at their default. @param width columns of the output */
export function describeOptions(config: Config, withDefaults: boolean, width: number): string {
  const from = (origin: Origin): string =>
    origin.kind === 'file' ? shorten(origin.name, config) : nameOfOrigin(origin);
  const options = listConfigOptions(config)
    .filter(({ origin }) => withDefaults || origin.kind !== 'default')
    .map(({ name, value, origin }) => ({ option: name, value: toText(value), from: from(origin) }));
  const streams = config.streams.map(({ topic }, i) => ({
    option: `streams[${i}]`,
    value: topic,
    from: from(originOf(config, ['streams', i, 'topic'])),
  }));
  return `\n${renderTable(COLUMNS, [...options, ...streams], { width })}`;
}

/** True where an option may come from more than the one file. */
export function hasSeveralSources({ sources }: Config): boolean {
  return sources.layers.length > 1;
}

/** Every option for `--json`. */
export function toJsonOptions(config: Config): readonly object[] {
  return listConfigOptions(config).map(({ name, value, origin }) => ({
    option: name,
    value: value ?? null,
    origin: nameOfOrigin(origin),
  }));
}

function shorten(file: string, config: Config): string {
  return config.file === undefined ? file : relative(dirname(config.file), file);
}

function toText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
