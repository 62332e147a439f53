import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/adapters/payload/decoder.ts';
import type { Decoded } from '../../../src/domain/decode.ts';
import type { LabelRule, StreamSpec } from '../../../src/domain/streamSpec.ts';
import { ARRIVAL, inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';

const RULE: LabelRule = { topic: 'programme/+', path: undefined, map: undefined, from: undefined, to: undefined };
const T = Date.UTC(2026, 2, 10, 8);

function labelled(rule: Partial<LabelRule> = {}, fields: readonly string[] | 'auto' = ['power']): StreamSpec {
  return { ...makeSpec('plug/+', fields), labels: { ...RULE, ...rule } };
}

function decode(specs: readonly StreamSpec[], topic: string, payload: string): Decoded {
  const options = { limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report: () => undefined, matchesFilter };
  return createDecoder({ ...options, specs, maxTopics: 10 }).decode(inbound(topic, payload));
}

function read(specs: readonly StreamSpec[], topic: string, payload: string): unknown {
  const { samples, labels = [], drops } = decode(specs, topic, payload);
  return [
    ...samples.map(({ stream, value }) => `${stream}=${value}`),
    ...labels.map(({ stream, label, from, to }) => `${stream}:${label} ${from - T}..${to - T}`),
    ...drops.map(({ reason }) => reason),
  ];
}

const NOW = ARRIVAL - T;

describe('labels of streams', () => {
  it('reads a plain text as the class of now, for the stream that the wildcards name', () => {
    expect(read([labelled()], 'programme/washer', 'wash')).toEqual([`plug/washer/power:wash ${NOW}..${NOW}`]);
    expect(decode([labelled()], 'programme/washer', 'wash').labels?.[0]).toMatchObject({ kind: 'label', at: ARRIVAL });
  });

  it('labels every field of its entry, of automatic choice the stream of the topic itself, and one with an id', () => {
    expect(read([labelled({}, ['a', 'b'])], 'programme/x', 'on')).toEqual([
      `plug/x/a:on ${NOW}..${NOW}`,
      `plug/x/b:on ${NOW}..${NOW}`,
    ]);
    expect(read([labelled({}, 'auto')], 'programme/x', 'on')).toEqual([`plug/x:on ${NOW}..${NOW}`]);
    const named = { ...makeSpec('plug', ['v'], { id: 'washer' }), labels: { ...RULE, topic: 'l' } };
    expect(read([named], 'l', 'on')).toEqual([`washer:on ${NOW}..${NOW}`]);
  });

  it('lets several entries take the labels of one topic', () => {
    const other = { ...makeSpec('meter/+', ['w']), labels: RULE };
    expect(read([labelled(), other], 'programme/x', 'on')).toEqual([
      `plug/x/power:on ${NOW}..${NOW}`,
      `meter/x/w:on ${NOW}..${NOW}`,
    ]);
  });

  it('reads class and span where they are said to be', () => {
    const spec = labelled({ path: 'state.name', from: 'begin', to: 'end' });
    const at = (ms: number): string => new Date(T + ms).toISOString();
    const message = (more: object): string => JSON.stringify({ state: { name: 'spin' }, ...more });
    const readSpan = (more: object): unknown => read([spec], 'programme/x', message(more));
    expect(readSpan({ begin: at(0), end: at(5000) })).toEqual(['plug/x/power:spin 0..5000']);
    expect(readSpan({ begin: (T + 1000) / 1000, end: String(T + 2000) })).toEqual(['plug/x/power:spin 1000..2000']);
    expect(readSpan({ begin: at(7) })).toEqual([`plug/x/power:spin 7..${NOW}`]);
    expect(readSpan({ begin: at(7), time: at(9) })).toEqual(['plug/x/power:spin 7..9']);
    expect(readSpan({ end: at(7) })).toEqual(['plug/x/power:spin 7..7']);
    expect(readSpan({ begin: null, end: null, time: at(9) })).toEqual(['plug/x/power:spin 9..9']);
    for (const wrong of [{ begin: 'soon' }, { end: true }, { begin: at(2), end: at(1) }])
      expect(readSpan(wrong)).toEqual(['bad-time']);
  });

  it('reads a batch, in its order', () => {
    const spec = labelled({ path: 'c' });
    const batch = [{ c: 'b', ts: T + 2 }, { c: 'a', ts: T + 1 }, { d: 1 }, 5];
    expect(read([spec], 'programme/x', JSON.stringify(batch))).toEqual([
      'plug/x/power:b 2..2',
      'plug/x/power:a 1..1',
      'no-field',
      'not-a-label',
    ]);
    expect(read([spec], 'programme/x', '[]')).toEqual(['no-field']);
    const long = JSON.stringify(Array.from({ length: 1001 }, () => 0));
    expect((read([spec], 'programme/x', long) as string[]).at(-1)).toBe('too-large');
  });

  it('counts what is no label under its reason', () => {
    expect(read([labelled()], 'programme/x', '{"a":1}')).toEqual(['not-a-label']);
    expect(read([labelled()], 'programme/x', '')).toEqual(['missing']);
    expect(read([labelled({ map: { ON: 'wash' } })], 'programme/x', 'off')).toEqual(['label-unknown']);
    expect(read([labelled({ path: 'a' })], 'programme/x', 'wash')).toEqual(['no-field']);
    expect(read([labelled({ path: 'a' })], 'programme/x', '{"b":"wash"}')).toEqual(['no-field']);
    expect(read([labelled({}, ['x'.repeat(200)])], 'programme/x', 'wash')).toEqual(['bad-name']);
  });

  it('puts the label of a message behind its readings', () => {
    const spec = { ...makeSpec('room', ['light', 'co2']), labels: { ...RULE, topic: 'room', path: 'occupied' } };
    const message = JSON.stringify({ light: 400, co2: 600, occupied: true, time: T });
    const label = (name: string): string => `room/${name}:true 0..0`;
    expect(read([spec], 'room', message)).toEqual(['room/light=400', 'room/co2=600', label('light'), label('co2')]);
  });

  it('keeps labels away from automatic choice, and from nothing else', () => {
    const all = makeSpec('#', 'auto');
    expect(read([labelled(), all], 'programme/x', '5')).toEqual([`plug/x/power:5 ${NOW}..${NOW}`]);
    expect(read([labelled(), makeSpec('#', [''])], 'programme/x', '5')).toEqual([
      'programme/x=5',
      `plug/x/power:5 ${NOW}..${NOW}`,
    ]);
    expect(read([labelled(), all], 'other', '5')).toEqual(['other=5']);
  });

  it('gives a label or a reason for every message, and never throws', () => {
    const rule = labelled({ path: 'a.b', from: 'f', to: 't' });
    const payload = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({ b: fc.jsonValue(), f: fc.jsonValue(), t: fc.jsonValue() })
        .map(({ b, f, t }) => JSON.stringify({ a: { b }, f, t })),
    );
    fc.assert(
      fc.property(payload, (text) => {
        const { labels = [], drops } = decode([rule], 'programme/x', text);
        expect(labels.length + drops.length).toBeGreaterThan(0);
        for (const { label, from, to } of labels) {
          expect(label.length).toBeGreaterThan(0);
          expect(from).toBeLessThanOrEqual(to);
        }
      }),
    );
  });
});
