import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { acquireLock } from '../../src/adapters/store/files/instanceLock.ts';
import { temporaryFolder } from '../contract/stateStoreContract.ts';
import { type Ran, runInProcess } from '../support/runInProcess.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-01T00:00:00Z');
let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
  write(
    'tidegate.yaml',
    `mqtt: {server: "mqtt://127.0.0.1:1"}
threads: 0
state: {dir: state}
defaults: {time: {zone: UTC}, model: {profile: tiny, hidden: 4, replay: 0}}
streams:
  - {topic: plug/power, id: plug}
  - {topic: hall/climate, target: temperature, inputs: [outdoor], id: hall}
  - {topic: "zigbee2mqtt/+", fields: [temperature, humidity]}
`,
  );
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const learn = (...args: string[]): Promise<Ran> => runInProcess(folder, ['learn', '-c', 'tidegate.yaml', ...args]);
const learnJson = async (...args: string[]) => JSON.parse((await learn(...args, '--json')).out);
const rows = (count: number, row: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `${row(i)}\n`).join('');
const iso = (i: number): string => new Date(START + i * 5 * MINUTE).toISOString();
const wave = (i: number): string => (20 + 5 * Math.sin(i / 20)).toFixed(2);

async function samplesOf(stream: string): Promise<unknown> {
  const { out, err } = await runInProcess(folder, ['state', 'list', '-c', 'tidegate.yaml', '--json']);
  const { streams } = JSON.parse(out || err);
  return streams.find((it: { stream: string }) => it.stream === stream);
}

describe('tidegate learn', () => {
  it('learns columns that have the names of streams, inputs too, and keeps it; the same again teaches nothing', async () => {
    write('house.csv', `time,plug,other\n${rows(400, (i) => `${iso(i)},${wave(i)},7`)}`);
    const first = await learnJson('house.csv');
    expect(first).toMatchObject({
      complete: true,
      streams: [{ stream: 'plug', readings: 400, learned: 400, dropped: {} }],
    });
    expect(await samplesOf('plug')).toBeDefined();
    const again = await learn('house.csv');
    expect(again.exit).toBe(0);
    expect(again.out).toContain('plug: learned 0 of 400 readings of plug');
    expect(again.out).toContain('399 not-newer');
    expect(again.err).toContain('--anew lets it forget them');
    expect(await learnJson('house.csv', '--anew')).toMatchObject({ streams: [{ learned: 400 }] });
  });

  it('goes on where it ended, with what is newer', async () => {
    write('one.csv', `time,plug\n${rows(300, (i) => `${iso(i)},${wave(i)}`)}`);
    write('two.csv', `time,plug\n${rows(300, (i) => `${iso(i + 200)},${wave(i + 200)}`)}`);
    expect(await learnJson('one.csv')).toMatchObject({ streams: [{ learned: 300 }] });
    expect(await learnJson('two.csv')).toMatchObject({
      streams: [{ learned: 200, dropped: { 'not-newer': 99, duplicate: 1 } }],
    });
    // Both at once are sorted.
    expect(await learnJson('two.csv', 'one.csv', '--anew')).toMatchObject({
      streams: [{ learned: 500, dropped: { duplicate: 100 } }],
    });
  });

  it('--stream and --value name one series, --map several; inputs go along by their names', async () => {
    write('climate.csv', `date;indoor;outdoor\n${rows(250, (i) => `${iso(i)};${wave(i)};${i % 9}`)}`);
    expect(await learnJson('climate.csv', '--stream', 'hall', '--value', 'indoor')).toMatchObject({
      streams: [{ stream: 'hall', series: ['indoor'], learned: 250 }],
    });
    expect(
      await learnJson('climate.csv', '--map', 'indoor=plug', '--map', 'outdoor=zigbee2mqtt/roof/temperature'),
    ).toMatchObject({
      streams: [
        { stream: 'plug', learned: 250 },
        { stream: 'zigbee2mqtt/roof/temperature', learned: 250 },
      ],
    });
  });

  it('learns history exports of Home Assistant, tables in long form too, and says what it did not', async () => {
    const entity = (name: string, i: number, state: string) => `${name},${state},${iso(i)}`;
    write(
      'history.csv',
      `entity_id,state,last_changed\n${rows(250, (i) => `${entity('sensor.plug_power', i, i === 7 ? 'unavailable' : wave(i))}\n${entity('sensor.hall', i, '3')}`)}`,
    );
    const report = await learnJson('history.csv', '--map', 'sensor.plug_power=plug');
    expect(report).toMatchObject({
      streams: [{ stream: 'plug', readings: 249, learned: 249, dropped: { missing: 1 } }],
      left: { 'sensor.hall': 250 },
    });
    const none = await learn('history.csv');
    expect(none.exit).toBe(65);
    expect(none.err).toContain('no stream is named like its series: "sensor.plug_power", "sensor.hall"');
    expect(none.err).toContain('perhaps --map "sensor.hall=hall"');
  });

  it('learns messages by the entries of the configuration, with the times that they tell', async () => {
    const line = (i: number) =>
      JSON.stringify({
        time: START + i * MINUTE,
        topic: 'zigbee2mqtt/hall',
        payload: JSON.stringify({ temperature: Number(wave(i)), humidity: 50 + (i % 7) }),
      });
    write('messages.jsonl', rows(250, line));
    expect(await learnJson('messages.jsonl')).toMatchObject({
      streams: [
        { stream: 'zigbee2mqtt/hall/temperature', learned: 250 },
        { stream: 'zigbee2mqtt/hall/humidity', learned: 250 },
      ],
    });
  });

  it('learns exports of Prometheus, and refuses a name that picks several', async () => {
    const line = (room: string, i: number) => `temp{room="${room}"} ${wave(i)} ${START + i * MINUTE}`;
    write(
      'export.txt',
      rows(250, (i) => `${line('hall', i)}\n${line('bath', i)}`),
    );
    expect(await learnJson('export.txt', '--map', 'temp{room="hall"}=plug')).toMatchObject({
      streams: [{ stream: 'plug', learned: 250, series: ['temp{room="hall"}'] }],
      left: { 'temp{room="bath"}': 250 },
    });
    const { exit, err } = await learn('export.txt', '--map', 'temp=plug');
    expect(exit).toBe(65);
    expect(err).toContain('two series feed the stream plug: temp{room="hall"} and temp{room="bath"}');
  });

  it('leaves out what lies in the future, what is no reading, and what is older than it is told', async () => {
    const future = new Date(Date.now() + 3_600_000).toISOString();
    write('odd.csv', `time,plug\n${rows(250, (i) => `${iso(i)},${i === 3 ? 'NaN' : wave(i)}`)}${future},21\n`);
    expect(await learnJson('odd.csv', '--since', '2026-11-01T10:00:00Z')).toMatchObject({
      streams: [{ learned: 130, early: 119, dropped: { missing: 1, 'bad-time': 1 } }],
    });
  });

  it('only looks where it is told to', async () => {
    write('house.csv', `time,plug\n${rows(30, (i) => `${iso(i)},${wave(i)}`)}`);
    expect(await learnJson('house.csv', '--dry-run')).toMatchObject({
      into: null,
      streams: [{ stream: 'plug', readings: 30, learned: null }],
    });
    expect((await runInProcess(folder, ['state', 'list', '-c', 'tidegate.yaml'])).exit).toBe(66);
  });

  it('lets the rules of learning of the configuration hold', async () => {
    write(
      'paused.yaml',
      `mqtt: {server: "mqtt://127.0.0.1:1"}\nthreads: 0\nstate: {dir: state}\nstreams: [{topic: plug/power, id: plug, learn: paused, model: {hidden: 4}}]\n`,
    );
    write('house.csv', `time,plug\n${rows(250, (i) => `${iso(i)},${wave(i)}`)}`);
    const { exit, out } = await runInProcess(folder, ['learn', 'house.csv', '-c', 'paused.yaml']);
    expect([exit, out]).toEqual([0, expect.stringContaining('plug: learned 250 of 250')]);
  });

  it.each([
    [['--map', 'x'], 64, '--map: expected a series and its stream'],
    [['--map', 'x=attic/light'], 64, '--map: the configuration gives no stream "attic/light"'],
    [['--stream', 'plug'], 64, '--stream and --value belong together'],
    [['--since', 'then'], 64, '--since: expected a duration'],
    [['--zone', 'Mars'], 64, '--zone: "Mars" is no time zone'],
    [['--state', 'x', '--daemon'], 64, '--state or --daemon, not both'],
    [['--map', 'watt=plug'], 65, '--map: no file has the series "watt"; did you mean "watts"?'],
    [['none.csv'], 66, 'none.csv: no such file'],
  ])('%j is an error with a sentence', async (args, exit, words) => {
    write('house.csv', `time,watts\n${rows(30, (i) => `${iso(i)},${wave(i)}`)}`);
    const ran = await learn('house.csv', ...args);
    expect([ran.exit, ran.out]).toEqual([exit, '']);
    expect(ran.err).toContain(words);
  });

  it('a table without times is none', async () => {
    write('house.csv', `plug\n${rows(30, wave)}`);
    const { exit, err } = await learn('house.csv', '--map', 'plug=plug');
    expect(exit).toBe(65);
    expect(err).toContain('has no times');
  });

  it('learns into no folder that another process has, and asks the daemon of the configuration instead', async () => {
    write('house.csv', `time,plug\n${rows(30, (i) => `${iso(i)},${wave(i)}`)}`);
    await learn('house.csv');
    const lock = acquireLock(join(folder, 'state'));
    expect((await learn('house.csv', '--state', 'state')).exit).toBe(75);
    const { exit, err } = await learn('house.csv');
    expect([exit, err]).toEqual([69, expect.stringContaining('[TG_BROKER_UNREACHABLE]')]);
    lock.release();
  });
});
