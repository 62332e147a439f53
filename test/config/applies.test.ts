import { describe, expect, it } from 'vitest';
import { diff } from '../../src/config/diff.ts';
import { createSettings } from '../../src/config/settings.ts';
import type { Outgoing } from '../../src/domain/outgoing.ts';
import { createInputRig, type InputRig } from '../support/inputRig.ts';
import { parse } from './context.ts';
import { ENTRY_OPTIONS, nameOf, ROOT_OPTIONS } from './optionValues.ts';

/** A live option: its values before and after, and a reading of a stream on topic `a` that shows which of them holds. */
interface Probe {
  readonly before: unknown;
  readonly after: unknown;
  /** @returns what the rig did with it */
  readonly show: (rig: InputRig) => unknown;
  readonly expected: readonly [unknown, unknown];
}

const TOLD = '2026-03-10T11:30:00Z';
const LONG_AGO = '2020-01-01T00:00:00Z';

/** Sends a message and says at which time its reading was taken, relative to its arrival; undefined: there was none. */
function delayOf(rig: InputRig, payload: object): number | undefined {
  const { length } = rig.forecasts;
  rig.send('a', JSON.stringify(payload));
  return rig.forecasts.length === length ? undefined : rig.now - (rig.forecasts.at(-1)?.at ?? Number.NaN);
}

/** Sends a message. @returns what was dropped of it */
function takes(rig: InputRig, payload: string): unknown {
  const first = rig.events.length;
  rig.send('a', payload);
  return rig.dropsSince(first);
}

/** Sends a message. @returns whether its reading is kept from the networks */
function keepsOut(rig: InputRig): boolean {
  const first = rig.events.length;
  rig.send('a', '{"v":1}');
  return rig.events.slice(first).some(({ type }) => type === 'LearningKeptOut');
}

const atArrival = (rig: InputRig, payload: object): boolean => delayOf(rig, payload) === 0;

/** Sends a reading. @returns the message that it led to on the topic; undefined: there was none */
function lastOn(rig: InputRig, topic: string): Outgoing | undefined {
  const { length } = rig.published;
  rig.send('a', '{"v":1}');
  return rig.published.slice(length).findLast((message) => message.topic === topic);
}

/** By the option's path within an entry. */
const PROBES: Readonly<Record<string, Probe>> = {
  'valid.not': {
    before: [86],
    after: [85],
    show: (rig) => {
      const first = rig.events.length;
      rig.send('a', '{"v":85}');
      return rig.dropsSince(first);
    },
    expected: [[], ['not-valid']],
  },
  parse: {
    before: 'strict',
    after: 'lenient',
    show: (rig) => takes(rig, '{"v":"21.5 °C"}'),
    expected: [['not-a-number'], []],
  },
  learn: {
    before: 'always',
    after: 'paused',
    show: keepsOut,
    expected: [false, true],
  },
  maintenance: {
    before: [],
    after: ['2026-03-09 00:00 - 2026-03-15 00:00'],
    show: keepsOut,
    expected: [false, true],
  },
  decimal: {
    before: 'auto',
    after: 'comma',
    show: (rig) => takes(rig, '{"v":"1,210"}'),
    expected: [['not-a-number'], []],
  },
  'time.from': {
    before: 'message',
    after: 'arrival',
    show: (rig) => atArrival(rig, { v: 1, time: TOLD }),
    expected: [false, true],
  },
  'time.sanity': {
    before: 'on',
    after: 'off',
    show: (rig) => atArrival(rig, { v: 1, time: LONG_AGO }),
    expected: [true, false],
  },
  'time.path': {
    before: 'none',
    after: 'when',
    show: (rig) => atArrival(rig, { v: 1, when: TOLD }),
    expected: [true, false],
  },
  'publish.min_interval': {
    before: '1d',
    after: '1ms',
    show: (rig) => {
      const { length } = rig.forecasts;
      for (let i = 0; i < 3; i++) rig.send('a', `{"v":${i}}`);
      return rig.forecasts.length - length;
    },
    expected: [0, 3],
  },
  'publish.retain': {
    before: 'off',
    after: 'on',
    show: (rig) => lastOn(rig, 'tidegate/a/v')?.retain,
    expected: [false, true],
  },
  'publish.qos': {
    before: 0,
    after: 1,
    show: (rig) => lastOn(rig, 'tidegate/a/v')?.qos,
    expected: [0, 1],
  },
  'publish.expire': {
    before: '1h',
    after: '2h',
    show: (rig) => lastOn(rig, 'tidegate/a/v')?.expire,
    expected: [3_600_000, 7_200_000],
  },
  'publish.forecast': {
    before: 'off',
    after: 'on',
    show: (rig) => lastOn(rig, 'tidegate/a/v/forecast') !== undefined,
    expected: [false, true],
  },
};

const MODEL = 'model: {kernel: plain, profile: tiny, hidden: 4}';

/** One entry with the option, in the words of a file. */
function configWith(path: readonly string[], value: unknown) {
  const [section, key] = path;
  const time = section === 'time' ? '' : 'time: {from: arrival}, ';
  const publish = section === 'publish' ? '' : 'publish: {min_interval: 1ms}, ';
  const written = JSON.stringify(value);
  const options = key === undefined ? written : `{${key}: ${written}}`;
  return parse(
    `mqtt: {server: mqtt://h}\nstreams: [{topic: a, target: v, ${time}${publish}${section}: ${options}, ${MODEL}}]\n`,
  );
}

describe('what the schema says of a change', () => {
  it('is there for every option', () => {
    const bare = [...ROOT_OPTIONS, ...ENTRY_OPTIONS].filter(({ applies }) => applies === undefined);
    expect(bare.map(nameOf)).toEqual([]);
  });

  it('is never `stream` for an option of the daemon, and never `restart` for one of an entry', () => {
    expect(new Set(ROOT_OPTIONS.map(({ applies }) => applies))).toEqual(new Set(['live', 'link', 'restart']));
    expect(new Set(ENTRY_OPTIONS.map(({ applies }) => applies))).toEqual(new Set(['live', 'stream']));
  });

  it('has a probe for every live option, and for no other', () => {
    const live = ENTRY_OPTIONS.filter(({ applies }) => applies === 'live').map(nameOf);
    expect(Object.keys(PROBES).sort()).toEqual(live.sort());
  });

  it.each(Object.entries(PROBES))('%s holds from the next message on, in a stream that lives on', (name, probe) => {
    const path = name.split('.');
    const before = configWith(path, probe.before);
    const settings = createSettings(before);
    const rig = createInputRig(10, { specs: settings.entries, throttle: true });
    rig.send('a', '{"v":0}');

    const shownBefore = probe.show(rig);
    settings.apply(diff(before, configWith(path, probe.after)));
    const shownAfter = probe.show(rig);

    expect([shownBefore, shownAfter]).toEqual(probe.expected);
    expect(rig.events.filter(({ type }) => type === 'StreamStarted')).toHaveLength(1);
    expect(rig.events.filter(({ type }) => type === 'StreamEvicted')).toHaveLength(0);
  });
});
