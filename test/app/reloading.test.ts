import { describe, expect, it } from 'vitest';
import { Reloading } from '../../src/app/reloading.ts';
import { createSettings } from '../../src/config/settings.ts';
import type { Control } from '../../src/domain/control.ts';
import { TidegateError } from '../../src/domain/errors.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { parse } from '../config/context.ts';
import { idOf } from '../pipeline/samples.ts';

const configOf = (streams: string, root = '') => parse(`mqtt: {server: mqtt://pi}\n${root}\nstreams: [${streams}]\n`);
const [A, B] = [idOf('a'), idOf('b')];

/** A daemon with the streams `a` and `b`, of the first and the second entry. */
function reloadingFrom(before: string, root = '') {
  const settings = createSettings(configOf(before, root));
  const events: DomainEvent[] = [];
  const renewed: StreamId[] = [];
  let wanted = settings.config;
  const log: Control['log'] = { threshold: settings.config.log.level, published: 'warning' };
  const reloading = new Reloading({
    settings,
    load: () => wanted,
    settingsOf: (stream) => settings.entries[stream === A ? 0 : 1].settings,
    hub: { alive: [A, B] },
    log,
    report: (event) => void events.push(event),
  });
  reloading.renewals$.subscribe((stream) => renewed.push(stream));
  return {
    settings,
    log,
    reloading,
    events,
    renewed,
    want: (streams: string, other = root) => {
      wanted = configOf(streams, other);
    },
  };
}

describe('Reloading', () => {
  it('puts live options in force at once, lets the streams of changed entries start anew, and names the rest', () => {
    const { settings, reloading, renewed, events, want } = reloadingFrom('{topic: a}, {topic: b}');
    want(
      '{topic: a, anomaly: {threshold: 2}, publish: {min_interval: 5s}}, {topic: b}, {topic: c}',
      'health: {interval: 5s}',
    );
    const reloaded = reloading.reload();
    expect(reloaded).toEqual({
      live: ['a: publish.min_interval'],
      streams: ['a: anomaly.threshold'],
      restart: ['health.interval', 'c: added'],
    });
    expect(renewed).toEqual([A]);
    expect(settings.entries[0].settings).toMatchObject({ anomaly: { threshold: 2 }, publish: { minInterval: 5000 } });
    expect(reloading.restartRequired).toEqual(reloaded.restart);
    expect(events).toEqual([
      {
        type: 'ConfigReloaded',
        live: 'a: publish.min_interval',
        streams: 'a: anomaly.threshold',
        restart: 'health.interval, c: added',
      },
    ]);
  });

  it('lets no stream go whose live options alone have changed', () => {
    const { reloading, renewed, want } = reloadingFrom('{topic: a}, {topic: b}');
    want('{topic: a, publish: {min_interval: 5s}}, {topic: b}');
    reloading.reload();
    expect(renewed).toEqual([]);
  });

  it('does nothing where nothing has changed, also the second time', () => {
    const { reloading, renewed, want } = reloadingFrom('{topic: a}, {topic: b}');
    want('{topic: a, interval: 0.8}, {topic: b}');
    reloading.reload();
    expect(reloading.reload()).toEqual({ live: [], streams: [], restart: [] });
    expect(renewed).toEqual([A]);
  });

  it('leaves options for a start that decide on what is read, until it is put back', () => {
    const { reloading, renewed, want } = reloadingFrom('{topic: a, target: v}, {topic: b}');
    want('{topic: a, target: w, interval: 0.8}, {topic: b}');
    expect(reloading.reload().restart).toEqual(['a: target', 'a: interval']);
    want('{topic: a, target: v}, {topic: b}');
    expect(reloading.reload()).toEqual({ live: [], streams: [], restart: [] });
    expect([reloading.restartRequired, renewed]).toEqual([[], []]);
  });

  it('lets no stream go that would lose what it has learned', () => {
    const { reloading, renewed, want } = reloadingFrom('{topic: a}, {topic: b}', 'state: {durability: none}');
    want('{topic: a, interval: 0.8}, {topic: b}');
    expect(reloading.reload()).toEqual({ live: [], streams: [], restart: ['a: interval'] });
    expect(renewed).toEqual([]);
  });

  it('changes nothing where the networks would not fit, as a start would not', () => {
    const { settings, reloading, renewed, events, want } = reloadingFrom(
      '{topic: a}, {topic: b}',
      'limits: {memory: 1MB}',
    );
    const before = settings.config;
    want('{topic: a, model: {hidden: 128}}, {topic: b}');
    expect(() => reloading.reload()).toThrow('streams[0] (a)');
    expect([settings.config, renewed, events.map(({ type }) => type)]).toEqual([before, [], ['ConfigRefused']]);
  });

  it('changes the level of the log at once, and leaves one that a request has set where the file says the same as before', () => {
    const { settings, log, reloading, want } = reloadingFrom('{topic: a}, {topic: b}', 'log: {level: warning}');
    log.threshold = 'debug';
    want('{topic: a}, {topic: b, publish: {retain: off}}');
    expect(reloading.reload()).toEqual({ live: ['b: publish.retain'], streams: [], restart: [] });
    expect([log.threshold, settings.config.log.level]).toEqual(['debug', 'warning']);
    want('{topic: a}, {topic: b}', 'log: {level: error, format: json}');
    expect(reloading.reload()).toMatchObject({ live: ['log.level', 'b: publish.retain'], restart: ['log.format'] });
    expect([log.threshold, settings.config.log]).toEqual(['error', { level: 'error', format: 'auto' }]);
    expect(reloading.reload()).toEqual({ live: [], streams: [], restart: ['log.format'] });
    want('{topic: a}, {topic: b}', 'log: {level: error}\nbridge: {read_only: on, logging: debug, requests: off}');
    expect(reloading.reload()).toMatchObject({
      live: ['bridge.read_only', 'bridge.logging'],
      restart: ['bridge.requests'],
    });
    expect([log.published, settings.config.bridge.readOnly]).toEqual(['debug', true]);
  });

  it('foresees what it would do, and does nothing of it', () => {
    const { settings, reloading, renewed, events } = reloadingFrom('{topic: a}, {topic: b}');
    const before = settings.config;
    const wanted = configOf(
      '{topic: a, anomaly: {threshold: 2}, publish: {min_interval: 5s}}, {topic: b}, {topic: c}',
      'log: {level: debug}',
    );
    expect(reloading.foresee(wanted)).toEqual({
      live: ['log.level', 'a: publish.min_interval'],
      streams: ['a: anomaly.threshold'],
      restart: ['c: added'],
    });
    expect([settings.config, renewed, events, reloading.restartRequired]).toEqual([before, [], [], []]);
    expect(() => reloading.foresee(configOf('{topic: a, model: {hidden: 128}}', 'limits: {memory: 1MB}'))).toThrow();
  });

  it('lets streams wait for a start whose networks need the memory that comes with it', () => {
    const { reloading, renewed, want } = reloadingFrom('{topic: a}, {topic: b}', 'limits: {memory: 1MB}');
    want('{topic: a, model: {hidden: 128}}, {topic: b}', 'limits: {memory: 64MB}');
    expect(reloading.reload()).toEqual({ live: [], streams: [], restart: ['limits.memory', 'a: model.hidden'] });
    expect(renewed).toEqual([]);
  });

  it('changes nothing where the configuration is wrong, and says what is wrong', () => {
    const settings = createSettings(configOf('{topic: a}'));
    const events: DomainEvent[] = [];
    const reloading = new Reloading({
      settings,
      load: () => {
        throw new TidegateError('TG_CONFIG_INVALID', 'tidegate.yaml:3:1: no');
      },
      settingsOf: () => settings.entries[0].settings,
      hub: { alive: [A] },
      log: { threshold: 'info', published: 'warning' },
      report: (event) => void events.push(event),
    });
    const before = settings.config;
    expect(() => reloading.reload()).toThrow('tidegate.yaml:3:1: no');
    expect(reloading.tryReload()).toBeUndefined();
    expect(settings.config).toBe(before);
    expect(events).toEqual(new Array(2).fill({ type: 'ConfigRefused', problem: 'tidegate.yaml:3:1: no' }));
  });
});
