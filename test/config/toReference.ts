import * as v from 'valibot';
import { configSchema } from '../../src/config/schema/configSchema.ts';
import { aboutOf, entriesOf, isSection, itemOf, type Schema } from '../../src/config/schema/options.ts';

/** The reference of all options as Markdown, made from the schema alone. */
export function toReference(): string {
  const root = entriesOf(configSchema);
  const sections = [
    '# Configuration reference',
    'Made from the schema; do not edit. Durations are a whole number and a unit (`250ms`, `30s`, `15m`, `1h`, `2d`), sizes likewise (`512B`, `64KB`, `1MB`; 1 KB is 1024 bytes). Texts may come from elsewhere: `!env NAME`, `!env NAME default`, `!file path` (relative to the configuration file); editors need the setting `yaml.customTags: [!env scalar, !file scalar]` for them. Each option outside of `streams` may also come from a variable of the environment, two underscores for a dot: `TIDEGATE__MQTT__SERVER` is `mqtt.server` (README, "Several files, and variables of the environment").',
    'A changed option applies `live`, with the next message; or once each `stream` of its entry has started anew with what fits of all that it has learned (README, "Changing the configuration later"); or once the `link` to the broker has been made anew; or with a `restart` of the daemon. Entries that are added or removed, and topics and fields that change, are heard, or are not, from then on.',
    'What waits for a `restart`, and why: `mqtt.base_topic` names all topics that others follow; `mqtt.qos` decides with `state` how messages are acknowledged and kept; `mqtt.outbound_buffer`, `limits` and `threads` lay out memory and threads, which streams have their places in; `state` is a store that is open; `log.format` belongs to the stream that is written; `health`, `bridge` and `home_assistant` decide what is announced and listened to at the start. With `state.durability: none` options of streams wait too: a stream that starts anew would begin from nothing.',
    ...describeSection('', '', configSchema),
  ];
  for (const [key, schema] of Object.entries(root)) {
    if (key === 'streams')
      sections.push(...describeStreams(schema, Object.keys(entriesOf(root['defaults'] as Schema))));
    else if (isSection(schema)) sections.push(...describeSection(key, '', schema));
  }
  return `${sections.join('\n\n')}\n`;
}

/** A table of the section's own options, then a section each for what nests in it. */
function describeSection(path: string, note: string, schema: Schema): string[] {
  const entries = Object.entries(entriesOf(schema));
  const heading = path === '' ? [] : [`## ${path}`, `${aboutOf(schema).description ?? ''}${note}`];
  const rows = entries.map(([key, entry]) => describeOption(key, entry));
  const nested = path === '' ? [] : entries.filter(([, entry]) => isSection(entry));
  return [...heading, table(rows), ...nested.flatMap(([key, entry]) => describeSection(`${path}.${key}`, '', entry))];
}

function describeStreams(schema: Schema, inherited: readonly string[]): string[] {
  const own = Object.entries(entriesOf(itemOf(schema))).filter(([key]) => !inherited.includes(key));
  const note = 'A list. Each entry has these options, and any of `defaults` to change it for its streams.';
  return ['## streams', note, table(own.map(([key, entry]) => describeOption(key, entry)))];
}

function table(rows: readonly string[]): string {
  return ['| option | type | default | unit | applies | help |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

function describeOption(key: string, schema: Schema): string {
  const { description, unit, kind, applies } = aboutOf(schema);
  const type = isSection(schema) ? 'section' : (kind ?? schema.type);
  const cells = [`\`${key}\``, type, defaultOf(schema), unit ?? '', applies ?? '', description ?? ''];
  return `| ${cells.join(' | ')} |`.replaceAll('  ', ' ');
}

function defaultOf(schema: Schema): string {
  if (schema.type !== 'optional') return '**required**';
  const value: unknown = v.getDefault(schema as Parameters<typeof v.getDefault>[0]);
  if (value === undefined || isSection(schema)) return '';
  return `\`${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}\``;
}
