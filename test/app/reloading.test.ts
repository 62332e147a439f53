import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { matchesFilter } from '../../src/adapters/mqtt/inbound/topicFilter.ts';
import { createDecoder } from '../../src/adapters/payload/decoder.ts';
import { Reloading } from '../../src/app/reloading.ts';
import type { Config } from '../../src/config/config.ts';
import { createSettings } from '../../src/config/settings.ts';
import type { Control } from '../../src/domain/control.ts';
import { TidegateError } from '../../src/domain/errors.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { toDurationMs } from '../../src/domain/time.ts';
import type { StreamChange } from '../../src/outlets/outlet.ts';
import type { Departure } from '../../src/pipeline/departure.ts';
import { parse } from '../config/context.ts';
import { idOf, messageOf } from '../pipeline/samples.ts';

const LINK = '{server: mqtt://pi}';
const configOf = (streams: string, root = '', link = LINK) => parse(`mqtt: ${link}\n${root}\nstreams: [${streams}]\n`);
const NOTHING = { live: [], streams: [], topics: [], link: [], restart: [] };
const [A, B] = [idOf('a'), idOf('b')];

/** A daemon with the streams `a` and `b`, each of which has had a reading. */
function reloadingFrom(before: string, root = '') {
  const settings = createSettings(configOf(before, root));
  const events: DomainEvent[] = [];
  const departures: Departure[] = [];
  const arranged: Config[] = [];
  const streams = new Subject<StreamChange>();
  const log: Control['log'] = { threshold: settings.config.log.level, published: 'warning' };
  const alive = new Set([A, B]);
  let wanted: () => Config = () => settings.config;
  const decoder = createDecoder({
    specs: settings.entries,
    limits: settings.config.limits,
    zoneOffsetOf: () => () => toDurationMs(0),
    report: () => undefined,
    matchesFilter,
    maxTopics: 100,
  });
  const read = (topic: string, payload = '1'): readonly StreamId[] =>
    decoder.decode(messageOf(topic, payload)).samples.map(({ stream }) => stream);
  for (const topic of ['a', 'b']) read(topic);
  const reloading = new Reloading({
    settings,
    load: () => wanted(),
    decoder,
    hub: { alive, streams$: streams },
    source: { arrange: (config) => void arranged.push(config) },
    log,
    report: (event) => void events.push(event),
  });
  reloading.departures$.subscribe((departure) => void departures.push(departure));
  return {
    ...{ settings, reloading, decoder, read, events, departures, arranged, streams, alive, log },
    /** Streams that are to leave, in the order in which that was said. */
    leaving: (why: Departure['why']) => departures.filter((it) => it.why === why).map(({ stream }) => stream),
    want: (streams: string, other = root, link = LINK) => {
      wanted = () => configOf(streams, other, link);
    },
    wantNothing: (error: Error) => {
      wanted = () => {
        throw error;
      };
    },
  };
}

describe('Reloading', () => {
  it('puts live options in force at once, lets the streams of changed entries start anew, and names the rest', () => {
    const { settings, reloading, leaving, events, want } = reloadingFrom('{topic: a}, {topic: b}');
    want('{topic: a, anomaly: {threshold: 2}, publish: {min_interval: 5s}}, {topic: b}', 'health: {interval: 5s}');
    const reloaded = reloading.reload();
    expect(reloaded).toEqual({
      live: ['a: publish.min_interval'],
      streams: ['a: anomaly.threshold'],
      topics: [],
      link: [],
      restart: ['health.interval'],
    });
    expect([leaving('renewed'), leaving('retired')]).toEqual([[A], []]);
    expect(settings.entries[0].settings).toMatchObject({ anomaly: { threshold: 2 }, publish: { minInterval: 5000 } });
    expect(reloading.restartRequired).toEqual(reloaded.restart);
    expect(events).toEqual([
      {
        type: 'ConfigReloaded',
        live: 'a: publish.min_interval',
        streams: 'a: anomaly.threshold',
        topics: '',
        link: '',
        restart: 'health.interval',
      },
    ]);
  });

  it('lets no stream go whose live options alone have changed', () => {
    const { reloading, departures, want } = reloadingFrom('{topic: a}, {topic: b}');
    want('{topic: a, publish: {min_interval: 5s}}, {topic: b}');
    reloading.reload();
    expect(departures).toEqual([]);
  });

  it('does nothing where nothing has changed, also the second time', () => {
    const { reloading, leaving, want } = reloadingFrom('{topic: a}, {topic: b}');
    want('{topic: a, interval: 0.8}, {topic: b}');
    reloading.reload();
    expect(reloading.reload()).toEqual(NOTHING);
    expect(leaving('renewed')).toEqual([A]);
  });

  it('sets the level of the log, and leaves the one that was asked for meanwhile', () => {
    const { reloading, log, want } = reloadingFrom('{topic: a}, {topic: b}');
    want('{topic: a}, {topic: b}', 'log: {level: debug}');
    expect(reloading.reload()).toEqual({ ...NOTHING, live: ['log.level'] });
    expect(log.threshold).toBe('debug');
    log.threshold = 'error';
    reloading.reload();
    expect(log.threshold).toBe('error');
  });

  it('changes what is published of the log, and what requests may do', () => {
    const { reloading, log, settings, want } = reloadingFrom('{topic: a}, {topic: b}');
    want('{topic: a}, {topic: b}', 'bridge: {read_only: on, logging: debug, requests: off}');
    expect(reloading.reload()).toEqual({
      ...NOTHING,
      live: ['bridge.read_only', 'bridge.logging'],
      restart: ['bridge.requests'],
    });
    expect([log.published, settings.config.bridge.readOnly]).toEqual(['debug', true]);
  });

  it('foresees what it would do, and does nothing of it', () => {
    const { settings, reloading, departures, events } = reloadingFrom('{topic: a}, {topic: b}');
    const before = settings.config;
    const wanted = configOf(
      '{topic: a, anomaly: {threshold: 2}, publish: {min_interval: 5s}}, {topic: b}, {topic: c}',
      'log: {level: debug}\nthreads: 3',
      '{server: mqtt://other}',
    );
    expect(reloading.foresee(wanted)).toEqual({
      live: ['log.level', 'a: publish.min_interval'],
      streams: ['a: anomaly.threshold'],
      topics: ['c: added'],
      link: ['mqtt.server'],
      restart: ['threads'],
    });
    expect([settings.config, departures, events, reloading.restartRequired]).toEqual([before, [], [], []]);
    expect(() => reloading.foresee(configOf('{topic: a, model: {hidden: 128}}', 'limits: {memory: 1MB}'))).toThrow();
  });

  it('lets no stream go that would lose what it has learned', () => {
    const { reloading, departures, want } = reloadingFrom('{topic: a}, {topic: b}', 'state: {durability: none}');
    want('{topic: a, interval: 0.8}, {topic: b}');
    expect(reloading.reload()).toEqual({ ...NOTHING, restart: ['a: interval'] });
    expect(departures).toEqual([]);
  });

  it('changes nothing where the networks would not fit, as a start would not', () => {
    const { settings, reloading, departures, events, want } = reloadingFrom(
      '{topic: a}, {topic: b}',
      'limits: {memory: 1MB}',
    );
    const before = settings.config;
    want('{topic: a, model: {hidden: 128}}, {topic: b}');
    expect(() => reloading.reload()).toThrow('streams[0] (a)');
    expect([settings.config, departures, events.map(({ type }) => type)]).toEqual([before, [], ['ConfigRefused']]);
  });

  it('lets entries wait for a start whose networks need the memory that comes with it', () => {
    const { reloading, departures, settings, want } = reloadingFrom('{topic: a}, {topic: b}', 'limits: {memory: 1MB}');
    want('{topic: a, model: {hidden: 128}}, {topic: b}, {topic: c}', 'limits: {memory: 64MB}');
    expect(reloading.reload()).toEqual({ ...NOTHING, restart: ['limits.memory', 'a: model.hidden', 'c: added'] });
    expect([departures, settings.entries.length]).toEqual([[], 2]);
  });

  it('changes nothing where the configuration is wrong, and says what is wrong', () => {
    const { reloading, settings, events, wantNothing } = reloadingFrom('{topic: a}');
    wantNothing(new TidegateError('TG_CONFIG_INVALID', 'tidegate.yaml:3:1: no'));
    const before = settings.config;
    expect(() => reloading.reload()).toThrow('tidegate.yaml:3:1: no');
    expect(reloading.tryReload()).toBeUndefined();
    expect(settings.config).toBe(before);
    expect(events).toEqual(new Array(2).fill({ type: 'ConfigRefused', problem: 'tidegate.yaml:3:1: no' }));
  });
});

describe('entries that come and go', () => {
  it('are heard at once, and streams that no entry gives leave', () => {
    const { reloading, leaving, read, arranged, settings, want } = reloadingFrom('{topic: a}, {topic: b}');
    want('{topic: c}, {topic: a}');
    expect(reloading.reload()).toEqual({ ...NOTHING, topics: ['c: added', 'b: removed'] });
    expect([leaving('retired'), leaving('renewed')]).toEqual([[B], []]);
    expect([read('a'), read('b'), read('c')]).toEqual([[A], [], [idOf('c')]]);
    expect(arranged.map(({ streams }) => streams.map(({ topic }) => topic))).toEqual([['c', 'a']]);
    expect(settings.config.streams.map(({ topic }) => topic)).toEqual(['c', 'a']);
    expect(reloading.restartRequired).toEqual([]);
  });

  it('leave a stream its settings while the last of its messages are under way, and let it go once more behind them', async () => {
    const { reloading, decoder, leaving, streams, want } = reloadingFrom('{topic: a}, {topic: b, interval: 0.8}');
    want('{topic: a}');
    reloading.reload();
    expect(decoder.settingsOf(B).interval).toBe(0.8);
    streams.next({ kind: 'started', stream: B });
    expect(leaving('retired')).toEqual([B]);
    await Promise.resolve();
    expect(leaving('retired')).toEqual([B, B]);
  });

  it('keep a stream that is given again before it has left, and one that another entry takes over', () => {
    const { reloading, departures, leaving, want } = reloadingFrom('{topic: a}, {topic: b}');
    want('{topic: a}');
    reloading.reload();
    expect(departures.map(({ isDue }) => isDue())).toEqual([true]);
    want('{topic: a}, {topic: b}');
    reloading.reload();
    expect(departures[0]?.isDue()).toBe(false);
    want('{topic: +}');
    reloading.reload();
    expect(leaving('retired')).toEqual([B]);
  });

  it('let a stream start anew that comes to another entry with other settings', () => {
    const { reloading, leaving, read, decoder, want } = reloadingFrom('{topic: a}, {topic: +, interval: 0.8}');
    want('{topic: a}, {topic: b, interval: 0.7}, {topic: +, interval: 0.8}');
    reloading.reload();
    expect([leaving('renewed'), read('b'), decoder.settingsOf(B).interval]).toEqual([[B], [B], 0.7]);
  });

  it('do the same by their order', () => {
    const { reloading, leaving, decoder, want } = reloadingFrom('{topic: +}, {topic: b, interval: 0.7}');
    want('{topic: b, interval: 0.7}, {topic: +}');
    expect(reloading.reload().topics).toEqual(['streams: in another order']);
    expect([leaving('renewed'), decoder.settingsOf(B).interval]).toEqual([[B], 0.7]);
  });

  it('read other fields from the next message on', () => {
    const { reloading, leaving, read, alive, want } = reloadingFrom('{topic: a, target: v}, {topic: b}');
    alive.delete(A);
    for (const stream of read('a', '{"v":1,"w":2}')) alive.add(stream);
    want('{topic: a, target: w, interval: 0.8}, {topic: b}');
    expect(reloading.reload()).toEqual({ ...NOTHING, streams: ['a: target', 'a: interval'] });
    expect(read('a', '{"v":1,"w":2}')).toEqual([idOf('a/w')]);
    expect([leaving('renewed'), leaving('retired')]).toEqual([[], [idOf('a/v')]]);
  });

  it('come and go with nothing kept too: a start would lose more', () => {
    const { reloading, leaving, want } = reloadingFrom('{topic: a}, {topic: b}', 'state: {durability: none}');
    want('{topic: a}, {topic: c}');
    expect(reloading.reload().topics).toEqual(['c: added', 'b: removed']);
    expect(leaving('retired')).toEqual([B]);
  });
});

describe('the link to the broker', () => {
  it('is made anew where its options have changed, and nothing else happens', () => {
    const { reloading, departures, arranged, settings, want } = reloadingFrom('{topic: a}, {topic: b}');
    want('{topic: a}, {topic: b}', '', '{server: mqtt://other, user: u, keepalive: 30s, qos: 1, base_topic: x}');
    expect(reloading.reload()).toEqual({
      ...NOTHING,
      link: ['mqtt.server', 'mqtt.user', 'mqtt.keepalive'],
      restart: ['mqtt.base_topic', 'mqtt.qos'],
    });
    expect(departures).toEqual([]);
    expect(arranged[0]?.mqtt).toEqual({
      ...settings.config.mqtt,
      server: 'mqtt://other:1883',
      user: 'u',
      keepalive: 30_000,
      qos: 0,
      baseTopic: 'tidegate',
    });
  });
});
