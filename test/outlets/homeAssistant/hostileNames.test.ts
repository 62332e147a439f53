import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outgoing } from '../../../src/domain/outgoing.ts';
import { encodeStreamId } from '../../../src/domain/streamId.ts';
import { jinjaText } from '../../../src/outlets/homeAssistant/jinja.ts';
import { deviceNameOf, fieldNameOf, nodeOf, slugOf } from '../../../src/outlets/homeAssistant/names.ts';
import { fakeTimers } from '../../support/fakeTimers.ts';
import { HomeAssistantStage } from './homeAssistantStage.ts';

fakeTimers();

/** Number of names. TIDEGATE_FUZZ=100000 takes less than a minute. */
const NAMES = Number(process.env['TIDEGATE_FUZZ'] ?? 300);
/** Number of names for one outlet. */
const AT_ONCE = Math.min(100, NAMES);
/** Seconds until all of them are announced, twenty in each, and said to be there. */
const SECONDS = 16;
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
const stranger = fc.record({ topic: name, path: name, unit: name });
const streamOf = ({ topic, path }: { readonly topic: string; readonly path: string }) =>
  encodeStreamId(`${topic}/${path}`);
const strangers = fc.uniqueArray(stranger, { minLength: AT_ONCE, maxLength: AT_ONCE, selector: streamOf });
const DISCOVERY = /^homeassistant\/device\/[a-zA-Z0-9_-]{1,200}\/config$/;

describe('names of strangers', () => {
  it('lead to no topic outside of ours, with a wildcard or too large a message', async () => {
    const tried = fc.asyncProperty(strangers, async (some) => {
      const stage = new HomeAssistantStage().start();
      stage.stage.connected$.next(true);
      for (const it of some) {
        const { topic, path, unit } = it;
        stage.forecast(streamOf(it), { topic, path, sender: topic, unit: unit.slice(0, 32), deviceClass: path });
      }
      const out = await stage.passing(SECONDS);
      await stage.stop();
      expect(stage.stage.failures).toEqual([]);
      expect([...faultsOf(out)].slice(0, 10)).toEqual([]);
      expect(statesIn(out)).toEqual(new Set(some.map((it) => `tidegate/${streamOf(it)}`)));
      expect(new Set(out.map(({ topic }) => topic)).size).toBe(2 * some.length + 1);
    });
    // What is at fault is named: looking for fewer of a hundred names takes longer than it helps.
    await fc.assert(tried, { numRuns: Math.ceil(NAMES / AT_ONCE), endOnFailure: true });
  });

  const inDevice = (held: object) => ({
    topic: 'homeassistant/device/a/config',
    payload: JSON.stringify({ components: { held } }),
  });
  it.each([
    ['a topic of others', { topic: 'elsewhere/x', payload: '{}' }],
    ['a wildcard', { topic: 'tidegate/+/availability', payload: '{}' }],
    ['a name that no discovery topic has', { topic: 'homeassistant/device/é/config', payload: '{}' }],
    ['a message of 128 KiB', { topic: 'tidegate/a', payload: 'x'.repeat(131_072) }],
    ['a state of others', inDevice({ state_topic: 'elsewhere' })],
    ['a wildcard in a device', inDevice({ availability: [{ topic: 'tidegate/#' }] })],
    ['a quote in a template', inDevice({ value_template: '{{ value_json["x"] }}' })],
    ['a letter that may end a text', inDevice({ value_template: "{{ value_json['x'+'é'] }}" })],
    ['an identity with a blank', inDevice({ unique_id: 'a b' })],
    ['an entity in capitals', inDevice({ default_entity_id: 'sensor.A' })],
    ['a control in a name', inDevice({ name: 'a\u0000' })],
  ])('are watched for %s', (_, message) => {
    expect([...faultsOf([message as Outgoing])]).toHaveLength(1);
  });
});

/** Topics of the streams that are announced. */
function statesIn(out: readonly Outgoing[]): ReadonlySet<unknown> {
  const announced = out.filter(({ topic }) => DISCOVERY.test(topic));
  const states = announced.map(({ payload }) => (JSON.parse(String(payload)) as { state_topic?: unknown }).state_topic);
  return new Set(states.filter((topic) => topic !== undefined));
}

/** Messages that go where they must not, or say what Home Assistant must not be told. */
function* faultsOf(out: readonly Outgoing[]): Generator<string> {
  for (const { topic, payload } of out) {
    const isOurs = /^(?:tidegate|homeassistant)\//.test(topic) && !/[+#\0]/.test(topic);
    const isDiscovery = topic.startsWith('homeassistant/');
    if (!isOurs || (isDiscovery && !DISCOVERY.test(topic))) yield `topic ${JSON.stringify(topic)}`;
    if (Buffer.byteLength(payload) >= 131_072) yield `size of ${topic}`;
    if (isDiscovery) yield* harmIn(JSON.parse(String(payload)));
  }
}

/** Everything in it that Home Assistant would run, publish to or hear, and must not. */
function* harmIn(value: unknown, key = ''): Generator<string> {
  if (typeof value === 'object' && value !== null) {
    for (const [inner, held] of Object.entries(value)) yield* harmIn(held, inner);
  } else if (typeof value === 'string' && !isHarmless(key, value)) yield `${key} ${JSON.stringify(value)}`;
}

function isHarmless(key: string, value: string): boolean {
  if (key === 'topic' || key.endsWith('_topic')) return /^tidegate\/[^+#\p{Cc}\p{Cs}]*$/u.test(value);
  if (key.endsWith('template')) return isTemplateHarmless(value);
  if (key === 'unique_id') return /^[\w-]+$/.test(value);
  if (key === 'default_entity_id') return /^\w+\.[a-z0-9_]+$/.test(value);
  return key !== 'name' || /^[^\p{Cc}\p{Cs}]{1,120}$/u.test(value);
}

/** No expression of a template ends within a text. */
function isTemplateHarmless(template: string): boolean {
  const text = /'(?:[^'\\]|\\.)*'/g;
  const texts = template.match(text) ?? [];
  return (
    texts.every((quoted) => /^'[\w /.\\-]*'$/.test(quoted)) &&
    /^[\w\s{}%().,:|=<>*+-]*$/.test(template.replace(text, ''))
  );
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
