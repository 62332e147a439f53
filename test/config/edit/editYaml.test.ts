import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { editYaml, YamlEditError } from '../../../src/config/edit/editYaml.ts';

const FOLDER = join(import.meta.dirname, '../../../config');
const EXAMPLES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')] as const);
const plain = (text: string): unknown => parse(text, { logLevel: 'silent' });
const commentsOf = (text: string): string[] => (text.match(/(?:^|\s)#.*$/gm) ?? []).map((it) => it.trim());

const FILE = `# how we run it
mqtt:
  server: mqtt://pi    # the one in the cellar
  password: !env SECRET
  user: &who pi

bridge:
streams:
  # the fridge
  - topic: z/fridge
    interval: 0.8   # narrow
  - {topic: z/loft, anomaly: {threshold: 2}}
other: *who
`;

describe('editYaml', () => {
  it.each(EXAMPLES)('keeps every comment and every value of %s, and changes the one that it is told', (_, text) => {
    const edited = editYaml(text, [{ path: ['log', 'level'], value: 'debug' }]);
    const before = plain(text) as { log?: object };
    expect(plain(edited)).toEqual({ ...before, log: { ...before.log, level: 'debug' } });
    expect(commentsOf(edited)).toEqual(commentsOf(text));
    expect(editYaml(text, [])).toBe(text);
    // The second time it is written as it is already.
    expect(editYaml(edited, [{ path: ['log', 'level'], value: 'debug' }])).toBe(edited);
  });

  it('changes, adds and takes out options and entries, and leaves everything else as it is written', () => {
    const edited = editYaml(FILE, [
      { path: ['mqtt', 'server'], value: 'mqtts://pi' },
      { path: ['bridge', 'events'], value: 'off' },
      { path: ['bridge', 'commands'], value: ['info', 'streams'] },
      { path: ['streams', 0, 'interval'], value: undefined },
      { path: ['streams', 1, 'anomaly', 'threshold'], value: undefined },
      { path: ['streams', 2], value: { topic: 'z/new', horizons: [1, 7] } },
    ]);
    expect(edited).toBe(`# how we run it
mqtt:
  server: mqtts://pi # the one in the cellar
  password: !env SECRET
  user: &who pi

bridge:
  events: off
  commands: [info, streams]
streams:
  # the fridge
  - topic: z/fridge
  - {topic: z/loft}
  - topic: z/new
    horizons:
      - 1
      - 7
other: *who
`);
  });

  it('keeps line ends of Windows', () => {
    expect(editYaml('a: 1\r\nb: 2\r\n', [{ path: ['b'], value: 3 }])).toBe('a: 1\r\nb: 3\r\n');
  });

  it('takes no text for a tag, an alias or a comment', () => {
    for (const value of ['!env SECRET', '*who', '# x', 'a: b', 'on', '007', 'null', "it's", '"', '\u2028', ''])
      expect((plain(editYaml(FILE, [{ path: ['log', 'x'], value }])) as { log: { x: string } }).log.x).toBe(value);
  });

  it.each([
    ['tag', ['mqtt', 'password']],
    ['tag', ['mqtt', 'password', 'x']],
    ['alias', ['other']],
    ['alias', ['other', 'x']],
    ['alias', ['mqtt', 'server', 'x']],
  ] as const)('refuses (%s) to change %j, which it would make another value elsewhere', (fault, path) => {
    expect(() => editYaml(FILE, [{ path: [...path], value: 1 }])).toThrow(new YamlEditError(fault));
  });

  it('refuses a text that is no YAML', () => {
    expect(() => editYaml('a: [1\nb', [{ path: ['a'], value: 1 }])).toThrow(new YamlEditError('broken'));
  });

  it('says after any changes what a model says, and the comments of what is left are there', () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const value = fc.oneof(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(undefined),
    );
    const edit = fc.record({ path: fc.tuple(fc.constant('top'), key, key), value });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
        const model: Record<string, Record<string, unknown>> = {};
        for (const { path, value: wanted } of edits) {
          const [, section, option] = path;
          const holder = model[section] ?? {};
          model[section] = holder;
          if (wanted === undefined) delete holder[option];
          else holder[option] = wanted;
          if (Object.keys(holder).length === 0) delete model[section];
        }
        const text = editYaml('# head\nkept: 1 # line\n', edits);
        expect(plain(text)).toEqual({ kept: 1, ...(Object.keys(model).length > 0 && { top: model }) });
        expect(commentsOf(text).slice(0, 2)).toEqual(['# head', '# line']);
      }),
    );
  });
});
