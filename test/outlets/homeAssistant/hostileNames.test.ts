import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeStreamId } from '../../../src/domain/streamId.ts';
import { jinjaText } from '../../../src/outlets/homeAssistant/jinja.ts';
import { deviceNameOf, fieldNameOf, nodeOf, slugOf } from '../../../src/outlets/homeAssistant/names.ts';
import { fakeTimers } from '../../support/fakeTimers.ts';
import { HomeAssistantStage } from './homeAssistantStage.ts';

fakeTimers();

const RUNS = Number(process.env['TIDEGATE_FUZZ'] ?? 300);
/** Names as strangers send them: wildcards, templates, quotes, controls, halves of characters. */
const name = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '/',
        '+',
        '#',
        '$',
        '{{',
        '}}',
        '{%',
        '%}',
        "'",
        '"',
        '\\',
        '\0',
        '\n',
        '..',
        'bridge',
        'config',
        '\ud83d',
        '😀',
        '~',
        'é',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''));
const DISCOVERY = /^homeassistant\/device\/[a-zA-Z0-9_-]{1,200}\/config$/;

describe('names of strangers', () => {
  it('lead to no topic outside of ours, with a wildcard or too large a message', async () => {
    await fc.assert(
      fc.asyncProperty(name, name, name, async (topic, path, unit) => {
        const stage = new HomeAssistantStage().start();
        stage.stage.connected$.next(true);
        const sensor = { topic, path, sender: topic, unit: unit.slice(0, 32), deviceClass: path };
        stage.forecast(encodeStreamId(`${topic}/${path}`), sensor);
        const out = await stage.passing(6);
        expect(out.length).toBeGreaterThan(1);
        for (const message of out) {
          expect(message.topic).toMatch(/^(?:tidegate|homeassistant)\//);
          expect(message.topic).not.toMatch(/[+#\0]/);
          if (message.topic.startsWith('homeassistant/')) expect(message.topic).toMatch(DISCOVERY);
          expect(Buffer.byteLength(message.payload)).toBeLessThan(131_072);
        }
        const announced = out.filter((message) => message.topic.startsWith('homeassistant/'));
        for (const { payload } of announced) expectHarmless(JSON.parse(String(payload)));
        await stage.stop();
      }),
      { numRuns: RUNS },
    );
  });
});

/** Everything in it that Home Assistant would run, publish to or hear. */
function expectHarmless(value: unknown, key = ''): void {
  if (typeof value === 'object' && value !== null) {
    for (const [inner, held] of Object.entries(value)) expectHarmless(held, inner);
    return;
  }
  if (typeof value !== 'string') return;
  if (key === 'topic' || key.endsWith('_topic')) {
    expect(value).toMatch(/^tidegate\//);
    expect(value).not.toMatch(/[+#\p{Cc}\p{Cs}]/u);
  }
  // No expression of a template ends within a text.
  if (key.endsWith('template')) {
    const texts = value.match(/'(?:[^'\\]|\\.)*'/g) ?? [];
    for (const text of texts) expect(text).toMatch(/^'[\w /.\\-]*'$/);
    expect(value.replace(/'(?:[^'\\]|\\.)*'/g, '')).toMatch(/^[\w\s{}%().,:|=<>*+-]*$/);
  }
  if (key === 'unique_id') expect(value).toMatch(/^[\w-]+$/);
  if (key === 'default_entity_id') expect(value).toMatch(/^\w+\.[a-z0-9_]+$/);
  if (key === 'name') expect(value).toMatch(/^[^\p{Cc}\p{Cs}]{1,120}$/u);
}

describe('a text in a template', () => {
  it('says the same, whatever it holds, in letters that end nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const literal = jinjaText(text);
        expect(literal).toMatch(/^'[\w /.\\-]*'$/);
        const read = literal
          .slice(1, -1)
          .replace(/\\u([\da-f]{4})|\\U([\da-f]{8})/g, (_, unit?: string, point?: string) =>
            String.fromCodePoint(Number.parseInt(unit ?? point ?? '', 16)),
          );
        expect(read).toBe(text);
      }),
    );
  });
});

describe('names for people', () => {
  it.each([
    ['zigbee2mqtt/kitchen/plug', 'kitchen plug'],
    ['tele/plug/SENSOR', 'plug'],
    ['state', 'state'],
    ['\u0000', expect.stringMatching(/^[\da-f]{12}$/)],
  ])('of the topic %s', (topic, expected) => {
    expect(deviceNameOf(topic)).toEqual(expected);
  });

  it('are short, and those of fields begin with a capital', () => {
    expect(deviceNameOf('x'.repeat(500))).toHaveLength(80);
    expect([fieldNameOf('ENERGY.power_factor'), fieldNameOf(undefined)]).toEqual(['ENERGY power factor', '']);
    expect(fieldNameOf('temperature')).toBe('Temperature');
  });

  it('are plain in identifiers, and apart from each other', () => {
    expect([slugOf('Küche 1/Licht+'), slugOf('日本')]).toEqual(['kuche_1_licht', '']);
    expect([nodeOf('tidegate'), nodeOf('home/tidegate')]).toEqual([
      'tidegate',
      expect.stringMatching(/^home_tidegate_[\da-f]{12}$/),
    ]);
    expect(nodeOf('home/tidegate')).not.toBe(nodeOf('home_tidegate'));
    expect(nodeOf('日本')).toMatch(/^[\da-f]{12}$/);
  });
});
