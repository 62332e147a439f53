import { describe, expect, it, vi } from 'vitest';
import type { Control, LogControl, StateExchange } from '../../../../src/domain/control.ts';
import { MARK } from '../../../../src/domain/marks.ts';
import type { ShownOption } from '../../../../src/domain/optionControl.ts';
import { RequestError } from '../../../../src/domain/requestErrors.ts';
import { REQUEST_NAMES, type RequestName } from '../../../../src/domain/requestName.ts';
import type { Sample } from '../../../../src/domain/sample.ts';
import { StoreError } from '../../../../src/domain/stateStore.ts';
import type { StreamInput } from '../../../../src/domain/streamInput.ts';
import { toEpochMs } from '../../../../src/domain/time.ts';
import { AlarmRecord } from '../../../../src/outlets/alarms/alarmRecord.ts';
import { COMMANDS } from '../../../../src/outlets/bridge/requests/commands.ts';
import { idOf } from '../../../pipeline/samples.ts';
import { fakeTimers } from '../../../support/fakeTimers.ts';
import { idleControl, idleOptions } from '../../../support/idleControl.ts';
import { alarmOf, evidenceOf } from '../../../support/pastAlarms.ts';
import { classifySettings } from '../../../support/settings.ts';
import { requestStage } from './requestStage.ts';

fakeTimers();

const SECRET = 'Zq7Xw9Kj3Vy5';
const NOW = '2023-11-14T22:13:20.000Z';

/** For each command a right request, what it gives, and what the same request gives at once after it. */
const RIGHT: Readonly<Record<RequestName, { request: object; data: object; again?: string }>> = {
  health_check: { request: {}, data: { healthy: true } },
  info: { request: {}, data: { version: '1.2.3' } },
  streams: { request: {}, data: { left_off: 0 } },
  alarms: { request: { stream: 'a', open: true }, data: { alarms: [], left_off: 0, forgotten: 0 } },
  learning: {
    request: { value: 'pause', stream: 'a', for: '1h' },
    data: { learning: true, until: null, paused: { a: '2023-11-14T23:13:20.000Z' }, kept: false },
  },
  verdict: {
    request: { stream: 'a', verdict: 'fault' },
    data: { stream: 'a', alarm: 'a@1000', verdict: 'fault', omitted: 3 },
  },
  undo: { request: { hours: 1, stream: 'a' }, data: { undone: { a: 5 }, beyond: {}, refused: [] } },
  forget: { request: { stream: 'a' }, data: { stream: 'a' }, again: 'TG_REQUEST_NO_STREAM' },
  label: {
    request: { stream: 'a', label: 'on', from: '2023-11-14T22:00:00Z' },
    data: { stream: 'a', label: 'on', from: '2023-11-14T22:00:00.000Z', to: NOW },
  },
  history: {
    request: { stream: 'a', readings: [[1_699_999_000_000, 21]] },
    data: { stream: 'a', readings: 1, dropped: {} },
  },
  save: { request: {}, data: { streams: 3 }, again: 'TG_REQUEST_TOO_MANY' },
  backup: { request: {}, data: { streams: 2 }, again: 'TG_REQUEST_TOO_MANY' },
  options: {
    request: { set: { 'log.level': 'debug' } },
    data: {
      plan: false,
      persisted: false,
      live: ['log.level'],
      topics: [],
      link: [],
      restart: [],
      revision: 'r1',
      unsaved: ['log.level'],
    },
  },
  reload: {
    request: {},
    data: { live: ['a: publish.retain'], streams: [], topics: [], link: [], restart: ['mqtt.server'] },
  },
  stream_add: {
    request: { entry: { topic: 'plug/+' } },
    data: { live: [], topics: ['plug/+: added'], link: [], restart: [], unsaved: ['log.level'] },
  },
  stream_remove: {
    request: { stream: 'a' },
    data: { plan: false, topics: ['a: removed'], persisted: false },
  },
  stream_rename: {
    request: { stream: 'a', to: 'new/a' },
    data: { plan: false, topics: ['a: removed'], persisted: true },
  },
  states: {
    request: {},
    data: {
      states: [{ stream: 'a', saved_at: NOW, generations: [{ generation: 2, position: 7, bytes: 99, saved_at: NOW }] }],
      left_off: 0,
    },
  },
  verify: {
    request: {},
    data: { streams: 1, snapshots: 2, damaged_snapshots: 0, batches: 3, journal_gaps: 0 },
    again: 'TG_REQUEST_TOO_MANY',
  },
  export: {
    request: { stream: 'a', file: 'mine.state' },
    data: { stream: 'a', file: 'exports/mine.state', bytes: 5, saved_at: NOW },
    again: 'TG_REQUEST_FILE',
  },
  import: {
    request: { file: 'mine.state', stream: 'a' },
    data: { stream: 'a', file: 'exports/mine.state', bytes: 5, saved_at: NOW },
    again: 'TG_REQUEST_TOO_MANY',
  },
  former: { request: { stream: 'a' }, data: { stream: 'a', generation: 1, bytes: 5 } },
  log_level: { request: { level: 'debug' }, data: { level: 'debug', before: 'info' } },
};

/** Wrong requests, each with its code. */
const WRONG: readonly (readonly [RequestName, unknown, string])[] = [
  ...REQUEST_NAMES.map((name) => [name, { [SECRET]: SECRET }, 'TG_REQUEST_INVALID'] as const),
  ...REQUEST_NAMES.map((name) => [name, '{"', 'TG_REQUEST_INVALID'] as const),
  ['alarms', { stream: 'nobody' }, 'TG_REQUEST_NO_STREAM'],
  ['alarms', { open: SECRET }, 'TG_REQUEST_INVALID'],
  ['alarms', { from: SECRET }, 'TG_REQUEST_INVALID'],
  ['learning', {}, 'TG_REQUEST_INVALID'],
  ['learning', { value: SECRET }, 'TG_REQUEST_INVALID'],
  ['learning', { value: 'pause', for: 'soon' }, 'TG_REQUEST_INVALID'],
  ['learning', { value: 'pause', for: '10000d' }, 'TG_REQUEST_INVALID'],
  ['learning', { value: 'resume', for: '1h' }, 'TG_REQUEST_INVALID'],
  ['learning', { value: 'pause', stream: 'nobody' }, 'TG_REQUEST_NO_STREAM'],
  ['forget', {}, 'TG_REQUEST_INVALID'],
  ['forget', { stream: 7 }, 'TG_REQUEST_INVALID'],
  ['forget', { stream: `a/+/${SECRET}` }, 'TG_REQUEST_INVALID'],
  ['forget', { stream: SECRET }, 'TG_REQUEST_NO_STREAM'],
  ['verdict', { stream: 'nobody', verdict: 'normal' }, 'TG_REQUEST_NO_STREAM'],
  ['verdict', { stream: 'a' }, 'TG_REQUEST_INVALID'],
  ['verdict', { stream: 'a', verdict: SECRET }, 'TG_REQUEST_INVALID'],
  ['verdict', { stream: 'a', verdict: 'normal', alarm: SECRET }, 'TG_REQUEST_NO_ALARM'],
  ['verdict', { stream: 'b', verdict: 'normal' }, 'TG_REQUEST_NO_ALARM'],
  ['undo', {}, 'TG_REQUEST_INVALID'],
  ['undo', { hours: 0 }, 'TG_REQUEST_INVALID'],
  ['undo', { hours: SECRET }, 'TG_REQUEST_INVALID'],
  ['undo', { hours: 1e6 }, 'TG_REQUEST_INVALID'],
  ['undo', { hours: 1, stream: 'nobody' }, 'TG_REQUEST_NO_STREAM'],
  ['undo', { hours: 1, stream: 'b' }, 'TG_REQUEST_OUT_OF_REACH'],
  ['label', { stream: 'nobody', label: 'on' }, 'TG_REQUEST_NO_STREAM'],
  ['label', { stream: 'a' }, 'TG_REQUEST_INVALID'],
  ['label', { stream: 'a', label: SECRET }, 'TG_REQUEST_INVALID'],
  ['label', { stream: 'a', label: '' }, 'TG_REQUEST_INVALID'],
  ['label', { stream: 'a', label: 'on', from: SECRET }, 'TG_REQUEST_INVALID'],
  ['label', { stream: 'a', label: 'on', from: NOW, to: 1 }, 'TG_REQUEST_INVALID'],
  ['label', { stream: 'b', label: 'on' }, 'TG_REQUEST_NO_CLASSES'],
  ['options', { path: 7 }, 'TG_REQUEST_INVALID'],
  ['options', { set: {} }, 'TG_REQUEST_INVALID'],
  ['options', { set: 'log.level' }, 'TG_REQUEST_INVALID'],
  ['options', { set: { ['x'.repeat(301)]: 1 } }, 'TG_REQUEST_INVALID'],
  ['options', { plan: true }, 'TG_REQUEST_INVALID'],
  ['options', { persist: true, plan: true }, 'TG_REQUEST_INVALID'],
  ['options', { path: 'mqtt', set: { 'log.level': 'debug' } }, 'TG_REQUEST_INVALID'],
  ['options', { set: { 'log.level': SECRET }, revision: 'old' }, 'TG_REQUEST_CONFLICT'],
  ['stream_add', {}, 'TG_REQUEST_INVALID'],
  ['stream_add', { entry: SECRET }, 'TG_REQUEST_INVALID'],
  ['stream_remove', {}, 'TG_REQUEST_INVALID'],
  ['stream_remove', { stream: 'a', entry: 'streams[0]' }, 'TG_REQUEST_INVALID'],
  ['stream_remove', { entry: 7 }, 'TG_REQUEST_INVALID'],
  ['stream_remove', { stream: 'nobody' }, 'TG_REQUEST_NO_STREAM'],
  ['stream_rename', { stream: 'a', to: 'a' }, 'TG_REQUEST_INVALID'],
  ['stream_rename', { stream: 'a', to: `a/+/${SECRET}#` }, 'TG_REQUEST_INVALID'],
  ['export', {}, 'TG_REQUEST_INVALID'],
  ['export', { stream: 'nobody' }, 'TG_REQUEST_NO_STREAM'],
  ['export', { stream: 'a', format: SECRET }, 'TG_REQUEST_INVALID'],
  ...['../up', '/etc/passwd', 'a/b', '.hidden', '', '..', 'a\u0000b', 'x'.repeat(300)].map(
    (file) => ['export', { stream: 'a', file }, 'TG_REQUEST_INVALID'] as const,
  ),
  ...['../up', '/etc/passwd', 'a/b', '.hidden', '', '..', 'a\u0000b', 'x'.repeat(300)].map(
    (file) => ['import', { file }, 'TG_REQUEST_INVALID'] as const,
  ),
  ['import', { file: 'nowhere' }, 'TG_REQUEST_FILE'],
  ['former', { stream: 'a', generation: 9 }, 'TG_REQUEST_OUT_OF_REACH'],
  ['former', { stream: 'a', generation: 1.5 }, 'TG_REQUEST_INVALID'],
  ['log_level', { level: SECRET }, 'TG_REQUEST_INVALID'],
  ['log_level', { level: 'off' }, 'TG_REQUEST_INVALID'],
  ['log_level', { level: 'info', of: SECRET }, 'TG_REQUEST_INVALID'],
  ['history', { stream: 'a', readings: [] }, 'TG_REQUEST_INVALID'],
  ['history', { stream: 'a', readings: [[SECRET, 1]] }, 'TG_REQUEST_INVALID'],
  ['history', { stream: 'a', readings: [[1]] }, 'TG_REQUEST_INVALID'],
  ['history', { stream: 'a', readings: [[1, null]] }, 'TG_REQUEST_INVALID'],
  [
    'history',
    {
      stream: 'a',
      readings: [
        [2, 1],
        [1, 1],
      ],
    },
    'TG_REQUEST_INVALID',
  ],
  ['history', { stream: 'a', readings: [[2e12, 1]] }, 'TG_REQUEST_INVALID'],
  ['history', { stream: 'a', readings: [[1e300, 1]] }, 'TG_REQUEST_INVALID'],
  ['history', { stream: 'a', readings: [[1, 1, 1]] }, 'TG_REQUEST_INVALID'],
  ['history', { stream: 'a', readings: [[1, 1, 1]], inputs: [SECRET] }, 'TG_REQUEST_INVALID'],
  ['history', { stream: 'a', readings: Array.from({ length: 1001 }, (_, i) => [i, 1]) }, 'TG_REQUEST_INVALID'],
];

const OPTION: ShownOption = {
  name: 'mqtt.password',
  value: '***',
  inForce: undefined,
  origin: 'file',
  from: '/etc/tidegate.yaml',
  applies: 'restart',
  isSecret: true,
  mayChange: false,
};
const CHANGED = { live: ['log.level'], streams: [], topics: [], link: [], restart: [] };

function noStream(): never {
  throw new RequestError('TG_REQUEST_NO_STREAM');
}

/** States of one stream; a file is written once. */
function exchangeOf(): StateExchange {
  const files = new Set<string>();
  return {
    list: async () => [
      {
        stream: idOf('a'),
        savedAt: Date.parse(NOW),
        generations: [{ generation: 2, position: 7, bytes: 99, savedAt: Date.parse(NOW) }],
      },
    ],
    verify: async () => ({ streams: 1, snapshots: 2, damagedSnapshots: 0, batches: 3, journalGaps: 0 }),
    async export({ stream, file = 'made' }) {
      if (files.has(file)) throw new RequestError('TG_REQUEST_FILE');
      files.add(file);
      return { stream, file: `exports/${file}`, bytes: 5, savedAt: NOW };
    },
    async import({ stream = idOf('a'), file }) {
      if (stream === 'nobody') noStream();
      if (file === 'nowhere') throw new RequestError('TG_REQUEST_FILE');
      return { stream, file: `exports/${file}`, bytes: 5, savedAt: NOW };
    },
    async former({ stream, generation = 1 }) {
      if (generation > 2) throw new RequestError('TG_REQUEST_OUT_OF_REACH');
      return { stream, generation, bytes: 5 };
    },
  };
}

function conflict(): never {
  throw new RequestError('TG_REQUEST_CONFLICT');
}

function setUp(bridge: object = {}, changes: Partial<Control> = {}) {
  const known = new Set(['a', 'b']);
  const submitted: StreamInput[] = [];
  const control = idleControl({
    hasStream: (stream) => known.has(stream),
    async submit(input) {
      submitted.push(input);
      if (input.kind === 'command' && input.command === 'forget') known.delete(input.stream);
    },
    configuration: {
      reload: () => ({ live: ['a: publish.retain'], streams: [], topics: [], link: [], restart: ['mqtt.server'] }),
      restartRequired: [],
      options: idleOptions({
        revision: 'r1',
        unsaved: ['log.level'],
        options: () => [OPTION],
        addEntry: () => ({ ...CHANGED, live: [], topics: ['plug/+: added'], isPersistent: false }),
        removeEntry: (wanted) =>
          'stream' in wanted && wanted.stream === 'nobody'
            ? noStream()
            : { ...CHANGED, live: [], topics: ['a: removed'], isPersistent: false },
        change: (wanted) =>
          wanted.revision === 'old' ? conflict() : { ...CHANGED, isPersistent: wanted.isPersistent },
      }),
    },
    keeping: { saveAll: async () => 3, backUp: async () => 2 },
    exchange: exchangeOf(),
    renaming: { rename: async () => ({ ...CHANGED, live: [], topics: ['a: removed'], isPersistent: true }) },
    undoing: {
      undo: async (stream) => (stream === 'a' ? { kind: 'done', inputs: 5 } : { kind: 'beyond', reach: undefined }),
      omit: async () => ({ kind: 'done', inputs: 3 }),
    },
    ...changes,
  });
  const alarms = new AlarmRecord();
  alarms.add(alarmOf('a', 1000, { end: toEpochMs(5000), evidence: evidenceOf() }));
  const rig = requestStage(bridge, { control, alarms, settingsOf: (stream) => classifySettings(stream === 'a') });
  /** @returns the answers to a request, whatever time they take */
  async function ask(command: string, payload: unknown) {
    rig.send(command, payload);
    await vi.advanceTimersByTimeAsync(100);
    return rig.take();
  }
  return { ...rig, ask, submitted, alarms };
}

describe.each(REQUEST_NAMES)('%s', (name) => {
  const { request, data, again } = RIGHT[name];

  it('is answered once, asked for once and twice', async () => {
    const { ask } = setUp();
    expect(await ask(name, { ...request, transaction: 1 })).toEqual([
      {
        topic: `tidegate/bridge/response/${name}`,
        status: 'ok',
        data: expect.objectContaining(data),
        transaction: 1,
        answered_by: 'tidegate',
      },
    ]);
    const second = await ask(name, { ...request, transaction: 2 });
    expect(second.map(({ transaction, error }) => [transaction, error?.code])).toEqual([[2, again]]);
  });

  it('is answered once that comes before the link counts as made, or whose answer was not confirmed when it went', async () => {
    const { ask, take, takeRaw, stage } = setUp();
    stage.connected$.next(false);
    expect(await ask(name, { ...request, transaction: 1 })).toEqual([]);
    stage.connected$.next(true);
    const [first, ...others] = takeRaw();
    expect([JSON.parse(String(first?.payload)).transaction, others]).toEqual([1, []]);
    stage.connected$.next(false);
    first?.unconfirmed?.();
    stage.connected$.next(true);
    stage.connected$.next(false);
    stage.connected$.next(true);
    expect(take().map(({ transaction }) => transaction)).toEqual([1]);
  });

  it('is answered once and done once where the broker gives it again', async () => {
    const { send, take, submitted } = setUp();
    for (const isRedelivery of [false, true]) {
      send(name, { ...request, transaction: 1 }, { delivery: { id: 5, isRedelivery } });
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(take().map(({ transaction }) => transaction)).toEqual([1]);
    expect(submitted.length).toBeLessThanOrEqual(1);
  });

  it.each(COMMANDS[name].members)('is refused once with a wrong $name', async ({ name: member }) => {
    const { ask, submitted } = setUp();
    const answers = await ask(name, { ...request, [member]: null });
    expect(answers.map(({ error }) => error?.code)).toEqual(['TG_REQUEST_INVALID']);
    expect(submitted).toEqual([]);
  });

  it.runIf(COMMANDS[name].members.some((member) => member.name === 'stream'))(
    'is refused once for a stream that is not there',
    async () => {
      const { ask, submitted } = setUp();
      const answers = await ask(name, { ...request, stream: 'nobody' });
      expect(answers.map(({ error }) => error?.code)).toEqual(['TG_REQUEST_NO_STREAM']);
      expect(submitted).toEqual([]);
    },
  );

  it('is refused where it changes something and nothing may be changed', async () => {
    const { ask, submitted } = setUp({ read_only: 'on' });
    const code = COMMANDS[name].changes === false ? undefined : 'TG_REQUEST_READ_ONLY';
    expect((await ask(name, request)).map(({ error }) => error?.code)).toEqual([code]);
    expect(submitted).toEqual([]);
  });

  it('is refused where it is not allowed', async () => {
    const { ask } = setUp({ commands: [] });
    expect((await ask(name, request)).map(({ error }) => error?.code)).toEqual(['TG_REQUEST_NOT_ALLOWED']);
  });
});

it.each(WRONG)('%s answers %j once, with %s, and repeats none of it', async (name, payload, code) => {
  const { ask, submitted } = setUp();
  const answers = await ask(name, payload);
  expect(answers.map(({ error }) => error?.code)).toEqual([code]);
  expect(JSON.stringify(answers)).not.toContain(SECRET);
  expect(submitted).toEqual([]);
});

it('gives inputs their stream, span and time', async () => {
  const { ask, submitted } = setUp();
  await ask('label', { stream: 'a', label: 'on', from: 1_700_000_000, to: '2023-11-14T22:13:20Z' });
  await ask('label', { stream: 'a', label: 'on' });
  await ask('forget', 'b');
  const at = Date.parse(NOW);
  const span = { from: at, to: at };
  expect(submitted).toEqual([
    { kind: 'label', stream: 'a', at, ...span, label: 'on' },
    { kind: 'label', stream: 'a', at, ...span, label: 'on' },
    { kind: 'command', stream: 'b', at, command: 'forget' },
  ]);
});

it('changes what is published of the log beside what is logged', async () => {
  const log: LogControl = { threshold: 'info', published: 'warning' };
  const { ask } = setUp({}, { log });
  const [answer] = await ask('log_level', { level: 'debug', of: 'bridge' });
  expect(answer?.data).toEqual({ level: 'debug', before: 'warning' });
  expect(log).toEqual({ threshold: 'info', published: 'debug' });
  await ask('log_level', { level: 'off', of: 'bridge' });
  await ask('log_level', 'error');
  expect(log).toEqual({ threshold: 'error', published: 'off' });
});

it('gives history its marks, leaves out what is no reading, and is answered once all is learned', async () => {
  const given: Sample[] = [];
  let finish: () => void = () => undefined;
  const control = {
    submitHistory: async (readings: readonly Sample[]) => void given.push(...readings),
    untilLearned: () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  };
  const { ask, take, stage } = setUp({}, control);
  expect(
    await ask('history', {
      stream: 'a',
      readings: [
        [1000, 21.5],
        [2000, 1e300],
      ],
    }),
  ).toEqual([]);
  expect(given).toEqual([
    { stream: 'a', at: 1000, value: 21.5, marks: MARK.recorded },
    { stream: 'a', at: 2000, value: 1e300, marks: MARK.recorded },
  ]);
  stage.report({ type: 'InputDropped', reason: 'not-newer', topic: 'a' });
  stage.report({ type: 'InputDropped', reason: 'not-newer', topic: 'b' });
  finish();
  await vi.advanceTimersByTimeAsync(1);
  expect(take().map(({ data }) => data)).toEqual([{ stream: 'a', readings: 2, dropped: { 'not-newer': 1 } }]);
});

it('lists options, plans a change where nothing may be changed, and says whether it is in the file', async () => {
  const { ask } = setUp({ read_only: 'on' });
  expect((await ask('options', 'mqtt'))[0]?.data).toEqual({
    options: [
      {
        name: 'mqtt.password',
        value: '***',
        origin: 'file',
        from: '/etc/tidegate.yaml',
        applies: 'restart',
        secret: true,
        may_change: false,
      },
    ],
    left_off: 0,
    revision: 'r1',
    unsaved: ['log.level'],
  });
  const set = { 'log.level': 'debug' };
  expect((await ask('options', { set, plan: true }))[0]?.data).toMatchObject({ plan: true, live: ['log.level'] });
  expect((await ask('options', { persist: true }))[0]?.error?.code).toBe('TG_REQUEST_READ_ONLY');
  const free = setUp();
  expect((await free.ask('options', { set, persist: true }))[0]?.data).toMatchObject({ persisted: true });
  expect((await free.ask('options', { persist: true }))[0]).toMatchObject({ status: 'ok' });
});

it('bounds the list of options in bytes, and counts what it leaves off', async () => {
  const many = Array.from({ length: 5000 }, (_, i) => ({
    ...OPTION,
    name: `streams[${i}].topic`,
    value: 'x'.repeat(80),
  }));
  const configuration = { ...idleControl().configuration, options: idleOptions({ options: () => many }) };
  const { ask } = setUp({}, { configuration });
  const [answer] = await ask('options', '');
  const { options, left_off } = (answer?.data ?? {}) as { options: object[]; left_off: number };
  expect([options.length + left_off, left_off > 0]).toEqual([5000, true]);
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(201_000);
});

it('resumes learning', async () => {
  const { ask } = setUp();
  await ask('learning', false);
  expect((await ask('learning', 'resume'))[0]?.data).toEqual({ learning: true, until: null, paused: {}, kept: false });
});

it('says so where nothing is kept, or the medium takes nothing', async () => {
  const codes = async (changes: Partial<Control>) => {
    const { ask } = setUp({}, changes);
    return [...(await ask('save', '')), ...(await ask('backup', ''))].map(({ error }) => error?.code);
  };
  const none = async (): Promise<undefined> => undefined;
  expect(await codes({ keeping: undefined })).toEqual(Array(2).fill('TG_REQUEST_NOT_KEPT'));
  expect(await codes({ keeping: { saveAll: none, backUp: none } })).toEqual(Array(2).fill('TG_REQUEST_NOT_KEPT'));
  const broken = (): Promise<never> => Promise.reject(new Error(SECRET));
  expect(await codes({ keeping: { saveAll: broken, backUp: broken } })).toEqual(Array(2).fill('TG_REQUEST_FAILED'));
});

it('is answered after half a minute where it is held up, and not again when it is done', async () => {
  let finish: () => void = () => undefined;
  const submit = (): Promise<void> =>
    new Promise((resolve) => {
      finish = resolve;
    });
  const { ask, take } = setUp({}, { submit });
  expect(await ask('forget', 'a')).toEqual([]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(take().map(({ error }) => error?.code)).toEqual(['TG_REQUEST_TIMEOUT']);
  finish();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(take()).toEqual([]);
});

it('is answered once the link is back that went while it was done, and not twice', async () => {
  let finish: () => void = () => undefined;
  const submit = (): Promise<void> =>
    new Promise((resolve) => {
      finish = resolve;
    });
  const { ask, take, stage } = setUp({}, { submit });
  await ask('forget', { stream: 'a', transaction: 5 });
  stage.connected$.next(false);
  finish();
  await vi.advanceTimersByTimeAsync(100);
  expect(take()).toEqual([]);
  for (const isConnected of [true, false, true]) stage.connected$.next(isConnected);
  expect(take().map(({ status, transaction }) => [status, transaction])).toEqual([['ok', 5]]);
});

it('is answered at a stop, once; no more than 32 are under way', async () => {
  const { send, take, run, stage } = setUp({}, { submit: () => new Promise(() => undefined) });
  for (let i = 0; i < 4; i++) {
    for (let k = 0; k < 10; k++) send('forget', { stream: 'a', transaction: 10 * i + k });
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(take().map(({ error }) => error?.code)).toEqual(Array(8).fill('TG_REQUEST_TOO_MANY'));
  await run.stop();
  expect(take().map(({ error }) => error?.code)).toEqual(Array(32).fill('TG_REQUEST_STOPPED'));
  expect([stage.isFollowed, vi.getTimerCount()]).toEqual([false, 0]);
});

it('every right request changes nothing at another stream', async () => {
  const { ask, submitted } = setUp();
  for (const name of REQUEST_NAMES) await ask(name, RIGHT[name].request);
  expect(submitted.every(({ stream }) => stream === idOf('a'))).toBe(true);
});

describe('undo of all streams', () => {
  const refusing = (refused: readonly string[]) => ({
    streams: () => [idOf('a'), idOf('b')],
    undoing: {
      async undo(stream: string) {
        if (refused.includes(stream)) throw new StoreError('full', 'planted');
        return { kind: 'done', inputs: 5 } as const;
      },
      omit: async () => ({ kind: 'done', inputs: 3 }) as const,
    },
  });

  it('tells those that the medium refused beside those that have gone back', async () => {
    const { ask } = setUp({}, refusing(['b']));
    const [answered] = await ask('undo', { hours: 1 });
    expect(answered).toMatchObject({ status: 'ok', data: { undone: { a: 5 }, beyond: {}, refused: ['b'] } });
  });

  it('is refused where the medium takes nothing at all', async () => {
    const { ask } = setUp({}, refusing(['a', 'b']));
    const [answered] = await ask('undo', { hours: 1 });
    expect(answered).toMatchObject({ status: 'error', error: { code: 'TG_REQUEST_NOT_KEPT' } });
  });
});
