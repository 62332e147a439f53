import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMPTY } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceText } from '../../src/adapters/host/replaceText.ts';
import { LiveConfiguration } from '../../src/app/liveConfiguration.ts';
import { createConfigEditor, type ReplaceText } from '../../src/config/edit/configEditor.ts';
import { createSettings } from '../../src/config/settings.ts';
import type { LogControl } from '../../src/domain/control.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { WantedChange } from '../../src/domain/optionControl.ts';
import { RequestError } from '../../src/domain/requestErrors.ts';
import type { StreamId } from '../../src/domain/streamId.ts';

const SECRET = 'Zq7Xw9Kj3Vy5';
const FILE = `# our house
mqtt:
  server: mqtt://pi
  user: ${SECRET}user
  password: !env PASSWORD
defaults:
  interval: 0.8
streams:
  - topic: a   # the fridge
    publish: {min_interval: 2s}
  - topic: b
    id: !env NAME
`;
const ENV = { PASSWORD: `${SECRET}password`, NAME: `${SECRET}name`, HOME: '/root' };

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-options-'));
  file = join(folder, 'tidegate.yaml');
  writeFileSync(file, FILE);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A daemon that starts with what is written now. */
function start({ env = {}, replace = replaceText }: { env?: object; replace?: ReplaceText } = {}) {
  const editor = createConfigEditor({ file, env: { ...ENV, ...env }, cwd: folder, hostname: 'pi' }, replace);
  const settings = createSettings(editor.load([]).config);
  const events: DomainEvent[] = [];
  const log: LogControl = { threshold: 'info', published: 'warning' };
  const configuration = new LiveConfiguration({
    settings,
    configEditor: editor,
    log,
    decoder: { settingsOf: () => settings.entries[0].settings, respec: () => [], isRetired: () => false },
    hub: { alive: [], streams$: EMPTY },
    source: {},
    report: (event) => void events.push(event),
  });
  const { options } = configuration;
  const change = (set: object, how: Partial<WantedChange> = {}) =>
    options.change({ set: { ...set }, isPlan: false, isPersistent: false, revision: undefined, ...how });
  const find = (name: string, below?: string) => [...options.options(below)].find((option) => option.name === name);
  return { settings, configuration, options, events, log, change, find };
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof RequestError) {
      expect(error.message).not.toContain(SECRET);
      return `${error.code}: ${error.message}`;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('options', () => {
  it('have value, origin and the moment when a change applies, and no secret', () => {
    const { options, find } = start({ env: { TIDEGATE__LOG__LEVEL: 'warning' } });
    expect(find('defaults.interval')).toMatchObject({
      value: 0.8,
      origin: 'file',
      from: file,
      applies: 'stream',
      mayChange: true,
    });
    expect(find('log.level')).toMatchObject({
      value: 'warning',
      origin: 'env',
      from: 'TIDEGATE__LOG__LEVEL',
      applies: 'live',
      mayChange: false,
    });
    expect(find('health.interval')).toMatchObject({
      value: '60s',
      origin: 'default',
      from: undefined,
      isSecret: false,
    });
    expect(find('mqtt.server')).toMatchObject({ value: 'mqtt://pi', mayChange: false });
    for (const name of ['mqtt.user', 'mqtt.password'])
      expect(find(name)).toMatchObject({ isSecret: true, mayChange: false });
    expect(find('streams[0].publish.min_interval')).toMatchObject({ value: '2s', origin: 'file' });
    expect(find('streams[0].interval')).toBeUndefined();
    expect(find('streams[0].interval', 'streams[0]')).toMatchObject({ value: 0.8 });
    expect([...options.options('streams[1]')].length).toBeGreaterThan(20);
    expect(JSON.stringify([...options.options(undefined), ...options.options('streams')])).not.toContain(SECRET);
    expect(codeOf(() => options.options('nonsense'))).toContain('TG_REQUEST_INVALID');
  });

  it('hold at once where they are live, until the next start, and are shown as such', () => {
    const { change, find, options, settings, log, configuration } = start();
    expect(change({ 'log.level': 'debug', 'streams[0].publish.min_interval': '5s' })).toEqual({
      live: ['log.level', 'a: publish.min_interval'],
      streams: [],
      topics: [],
      link: [],
      restart: [],
      isPersistent: false,
    });
    expect([log.threshold, settings.config.streams[0]?.settings.publish.minInterval]).toEqual(['debug', 5000]);
    expect(options.unsaved).toEqual(['log.level', 'streams[0].publish.min_interval']);
    expect(find('log.level')).toMatchObject({ value: 'debug', origin: 'request' });
    expect(readFileSync(file, 'utf8')).toBe(FILE);
    // A reload of the same file keeps them.
    expect(configuration.reload()).toEqual({ live: [], streams: [], topics: [], link: [], restart: [] });
    expect(log.threshold).toBe('debug');
    change({ 'log.level': null });
    expect([log.threshold, find('log.level')?.origin]).toEqual(['info', 'request']);
    expect(start().find('log.level')).toMatchObject({ value: 'info', origin: 'default' });
  });

  it('are planned without an effect', () => {
    const { change, settings, options, events } = start();
    const before = settings.config;
    const plan = change(
      { 'health.interval': '5s', 'streams[0].interval': 0.7, 'log.level': 'debug' },
      { isPlan: true },
    );
    expect(plan).toEqual({
      live: ['log.level'],
      streams: ['a: interval'],
      topics: [],
      link: [],
      restart: ['health.interval'],
      isPersistent: false,
    });
    expect([settings.config, options.unsaved, events]).toEqual([before, [], []]);
  });

  it('that wait for a start are shown beside the value that is in force', () => {
    const { change, find, configuration } = start();
    change({ 'health.interval': '5s' });
    expect(find('health.interval')).toMatchObject({ value: '5s', inForce: '60s' });
    expect(configuration.restartRequired).toEqual(['health.interval']);
  });

  it('are written into the file, with its comments and secrets as they were', () => {
    const { change, options, find } = start();
    change({ 'log.level': 'debug' });
    expect(change({ 'streams[0].interval': 0.95 }, { isPersistent: true })).toMatchObject({ isPersistent: true });
    expect(readFileSync(file, 'utf8')).toBe(
      FILE.replace('{min_interval: 2s}', '{min_interval: 2s}\n    interval: 0.95').replace('a   #', 'a #'),
    );
    expect([find('streams[0].interval')?.origin, options.unsaved]).toEqual(['file', ['log.level']]);
    expect(options.saveAll()).toMatchObject({ isPersistent: true });
    expect([options.unsaved, start().find('log.level')]).toEqual([
      [],
      expect.objectContaining({ value: 'debug', origin: 'file' }),
    ]);
  });

  it('are written into the file of conf.d that has them', () => {
    mkdirSync(join(folder, 'conf.d'));
    const other = join(folder, 'conf.d', '10-more.yaml');
    writeFileSync(other, '# more\nlog: {level: warning}\nstreams:\n  - topic: c # ours\n');
    const { change, find } = start();
    const place = find('log.level');
    expect(place).toMatchObject({ value: 'warning', from: other });
    change({ 'log.level': 'error' }, { isPersistent: true });
    expect(readFileSync(other, 'utf8')).toBe('# more\nlog: {level: error}\nstreams:\n  - topic: c # ours\n');
    expect(readFileSync(file, 'utf8')).toBe(FILE);
    expect(codeOf(() => change({ 'log.level': 'info', 'health.interval': '5s' }, { isPersistent: true }))).toContain(
      'several files',
    );
  });

  it.each([
    [
      'an unknown one',
      { 'log.levle': 'debug' },
      'TG_REQUEST_INVALID: set: an option is not known; did you mean log.level?',
    ],
    ['an unknown word', { [SECRET]: 1 }, 'TG_REQUEST_INVALID: set: an option is not known'],
    [
      'a wrong value',
      { 'log.level': SECRET },
      'TG_REQUEST_INVALID: log.level: expected one of error, warning, info, debug',
    ],
    ['one out of its bounds', { 'defaults.interval': 7 }, 'TG_REQUEST_INVALID: defaults.interval:'],
    [
      'two that do not fit',
      { 'streams[0].target': 'v', 'streams[0].fields': ['w'] },
      'TG_REQUEST_INVALID: streams[0].target:',
    ],
    ['an entry that is not there', { 'streams[9].interval': 0.9 }, 'TG_REQUEST_INVALID'],
    ['what is required', { 'streams[0].topic': null }, 'TG_REQUEST_INVALID: streams[0]'],
    ['networks without room', { 'defaults.model.hidden': 128, 'limits.memory': '1MB' }, 'TG_REQUEST_INVALID: '],
    ['the broker', { 'mqtt.server': 'mqtt://evil' }, 'TG_REQUEST_FIXED: mqtt.server is changed in the file alone'],
    ['a rule of requests', { 'bridge.read_only': 'off' }, 'TG_REQUEST_FIXED: bridge.read_only'],
    ['a folder', { 'state.dir': '/etc' }, 'TG_REQUEST_FIXED: state.dir'],
    [
      'a value from a variable',
      { 'streams[1].id': 'x' },
      'TG_REQUEST_FIXED: the option is read from a variable or a file',
    ],
  ])('are refused by their reason: %s', (_, set, problem) => {
    const { change, settings, options, events } = start();
    const before = settings.config;
    for (const how of [{}, { isPlan: true }, { isPersistent: true }])
      expect(codeOf(() => change(set, how))).toContain(problem);
    expect([settings.config, options.unsaved, events, readFileSync(file, 'utf8')]).toEqual([before, [], [], FILE]);
  });

  it('are refused where the environment has the last word', () => {
    const { change } = start({ env: { TIDEGATE__LOG__LEVEL: 'warning' } });
    expect(codeOf(() => change({ 'log.level': 'debug' }))).toContain(
      'TG_REQUEST_FIXED: the option is set by a variable',
    );
  });

  it('are refused behind a change that the sender has not seen', () => {
    const { change, options } = start();
    const { revision } = options;
    change({ 'log.level': 'debug' }, { revision });
    expect(options.revision).not.toBe(revision);
    expect(codeOf(() => change({ 'log.level': 'error' }, { revision }))).toContain('TG_REQUEST_CONFLICT');
  });

  it('change nothing where the file cannot be written, is wrong, or changes at that moment', () => {
    const fault =
      (code: string): ReplaceText =>
      () => {
        throw Object.assign(new Error(code), { code });
      };
    const { change, options, log } = start({ replace: fault('EROFS') });
    expect(codeOf(() => change({ 'log.level': 'debug' }, { isPersistent: true }))).toMatch(
      /TG_REQUEST_NOT_WRITABLE: .*EROFS/,
    );
    expect([options.unsaved, log.threshold]).toEqual([[], 'info']);
    const racing = start({
      replace: (text) => {
        writeFileSync(file, `${FILE}# mine\n`);
        replaceText(text);
      },
    });
    expect(codeOf(() => racing.change({ 'log.level': 'debug' }, { isPersistent: true }))).toContain(
      'TG_REQUEST_CONFLICT',
    );
    expect(readFileSync(file, 'utf8')).toBe(`${FILE}# mine\n`);
    writeFileSync(file, 'nonsense: 1');
    expect(codeOf(() => racing.change({ 'log.level': 'debug' }))).toContain('TG_REQUEST_CONFIG');
  });

  it('entries are added and taken out, until the next start or in the file', () => {
    const { options, find, configuration } = start();
    const how = { isPlan: false, isPersistent: false, revision: undefined };
    expect(options.addEntry({ topic: 'new/+', interval: 0.7 }, { ...how, isPlan: true }).topics).toEqual([
      'new/+: added',
    ]);
    expect(configuration.restartRequired).toEqual([]);
    expect(options.addEntry({ topic: 'new/+', interval: 0.7 }, how).topics).toEqual(['new/+: added']);
    expect([find('streams[2].topic')?.value, find('streams[2].interval')?.value]).toEqual(['new/+', 0.7]);
    expect(readFileSync(file, 'utf8')).toBe(FILE);
    expect(options.removeEntry({ name: 'streams[2]' }, how).topics).toEqual(['new/+: removed']);
    expect(find('streams[2].topic')).toBeUndefined();
    expect(options.addEntry({ topic: 'kept' }, { ...how, isPersistent: true })).toMatchObject({ isPersistent: true });
    expect(start().find('streams[2].topic')?.value).toBe('kept');
    expect(options.removeEntry({ stream: 'a' as StreamId }, { ...how, isPersistent: true }).topics).toContain(
      'a: removed',
    );
    expect(readFileSync(file, 'utf8')).not.toContain('topic: a');
    expect(readFileSync(file, 'utf8')).toContain('id: !env NAME');
  });

  it('entries are refused that a configuration could not have, or that are not there', () => {
    const { options } = start();
    const how = { isPlan: false, isPersistent: false, revision: undefined };
    expect(codeOf(() => options.addEntry({ topic: 'a' }, how))).toContain('TG_REQUEST_INVALID: streams[2]');
    expect(codeOf(() => options.addEntry({ topic: 'tidegate/x' }, how))).toContain('TG_REQUEST_INVALID');
    expect(codeOf(() => options.addEntry({ topic: 'x', [SECRET]: SECRET }, how))).toContain('TG_REQUEST_INVALID');
    expect(codeOf(() => options.removeEntry({ name: 'streams[9]' }, how))).toContain('TG_REQUEST_INVALID');
    expect(codeOf(() => options.removeEntry({ name: SECRET }, how))).toContain('TG_REQUEST_INVALID');
    expect(codeOf(() => options.removeEntry({ stream: 'x/y' as StreamId }, how))).toContain('TG_REQUEST_NO_STREAM');
    expect(codeOf(() => options.addEntry({ topic: 'x' }, { ...how, revision: 'old' }))).toContain(
      'TG_REQUEST_CONFLICT',
    );
  });

  it('stay with their entry where the file puts it elsewhere, and are told to be lost where it is no more', () => {
    const { change, find, options, configuration, events } = start();
    change({ 'streams[0].interval': 0.95 });
    writeFileSync(file, FILE.replace('streams:\n', 'streams:\n  - topic: first\n'));
    configuration.reload();
    expect([find('streams[1].interval')?.value, options.unsaved]).toEqual([0.95, ['streams[1].interval']]);
    writeFileSync(file, 'mqtt: {server: mqtt://pi}\nstreams: [{topic: other}]\n');
    configuration.reload();
    expect(events).toContainEqual({ type: 'OptionChangeLost', option: 'interval', reason: 'gone' });
    expect(options.unsaved).toEqual([]);
  });
});
