import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { daemonStage, until } from '../support/daemonStage.ts';
import { hasMosquitto } from '../support/mosquitto.ts';
import { runInProcess } from '../support/runInProcess.ts';

const MINUTE = 60_000;
const ROWS = 600;
const value = (i: number): number => Math.round(100 * (20 + 5 * Math.sin(i / 20))) / 100;

describe.skipIf(!hasMosquitto())('history (real mosquitto)', () => {
  const stage = daemonStage();
  const streams = 'defaults: {model: {hidden: 8}}\nstreams: [{topic: plug, id: plug}, {topic: hall, id: hall}]';
  const config = 'threads: 0\n';

  /** A table whose last row is a minute old. */
  function table(name: string, column: string): string {
    const start = Math.floor(Date.now() / MINUTE) * MINUTE - (ROWS + 1) * MINUTE;
    const rows = Array.from({ length: ROWS }, (_, i) => `${new Date(start + i * MINUTE).toISOString()},${value(i)}`);
    writeFileSync(join(stage.folder, name), `time,${column}\n${rows.join('\n')}\n`);
    return name;
  }

  function configFile(name: string): string {
    const mqtt = `server: "mqtt://127.0.0.1:${stage.broker.port}", base_topic: tidegate/${name}, qos: 1`;
    writeFileSync(
      join(stage.folder, `${name}.yaml`),
      `mqtt: {${mqtt}}\nstate: {dir: ${join(stage.folder, name)}}\n${config}${streams}\n`,
    );
    return `${name}.yaml`;
  }

  const learn = (...args: string[]) => runInProcess(stage.folder, ['learn', ...args]);
  const online = (name: string) => stage.probe.latest(stage.topicOf(name, 'bridge/state'), '{"state":"online"}');
  const newest = (name: string, stream: string) => {
    const payload = stage.probe.on(stage.topicOf(name, stream)).at(-1);
    return payload === undefined ? undefined : JSON.parse(payload);
  };

  it('in a state folder: the daemon goes on without a warm-up, and publishes nothing of it', async () => {
    const name = 'warmed';
    const ran = await learn(table('plug.csv', 'plug'), '-c', configFile(name));
    expect([ran.exit, ran.err]).toEqual([0, '']);
    expect(ran.out).toContain(`plug: learned ${ROWS} of ${ROWS} readings of plug`);
    stage.run(name, `${config}${streams}`);
    await online(name);
    await stage.probe.publish('plug', String(value(ROWS + 1)));
    const payload = await until('a forecast', () => newest(name, 'plug'));
    expect(payload).toMatchObject({ n: ROWS + 1, state: 'active', anomaly: false });
    expect(payload.anomaly_score).not.toBeNull();
    expect(stage.probe.on(stage.topicOf(name, 'plug'))).toHaveLength(1);
  });

  it('teaches what the same days teach a daemon that lives through them: the next forecasts are equal to the byte', async () => {
    const told = `${config}defaults: {model: {hidden: 8}, publish: {min_interval: 1ms}, time: {sanity: off, zone: UTC}}\nstreams: [{topic: told, target: v, id: told}]`;
    const start = Date.UTC(2026, 9, 1);
    const at = (i: number): string => new Date(start + i * 5 * MINUTE).toISOString();
    const message = (i: number): string => JSON.stringify({ v: value(i), time: at(i) });
    const rows = Array.from({ length: ROWS }, (_, i) => `${at(i)},${value(i)}`);
    writeFileSync(join(stage.folder, 'told.csv'), `time,told\n${rows.join('\n')}\n`);
    const mqtt = `mqtt: {server: "mqtt://127.0.0.1:${stage.broker.port}", qos: 1}`;
    writeFileSync(
      join(stage.folder, 'told.yaml'),
      `${mqtt}\nstate: {dir: ${join(stage.folder, 'recalled')}}\n${told}\n`,
    );
    expect((await learn('told.csv', '-c', 'told.yaml')).exit).toBe(0);
    stage.run('recalled', told);
    stage.run('lived', told);
    await online('recalled');
    await online('lived');
    // The one of the month before ends where the history does.
    await stage.probe.publishAll(Array.from({ length: ROWS + 20 }, (_, i) => ['told', message(i)] as const));
    const [recalled, lived] = ['recalled', 'lived'].map((name) => stage.topicOf(name, 'told')) as [string, string];
    const last = `"ts":"${at(ROWS + 19)}"`;
    const newestOf = (topic: string) => stage.probe.on(topic).at(-1) ?? '';
    await until('the last forecast of both', () =>
      newestOf(recalled).includes(last) && newestOf(lived).includes(last) ? true : undefined,
    );
    expect(stage.probe.on(recalled).slice(-20)).toEqual(stage.probe.on(lived).slice(-20));
    expect(JSON.parse(newestOf(lived))).toMatchObject({ n: ROWS + 20, state: 'active' });
  });

  it('by a running daemon: it is asked over its broker, and a stream that has begun learns nothing older', async () => {
    const name = 'asked';
    stage.run(name, `${config}${streams}`);
    await online(name);
    const file = configFile(name);
    const ran = await learn(table('hall.csv', 'hall'), '-c', file);
    expect([ran.exit, ran.err]).toEqual([0, '']);
    expect(ran.out).toContain(`hall: learned ${ROWS} of ${ROWS} readings of hall`);
    expect(ran.out).toContain(`the daemon of tidegate/${name}`);
    expect(stage.probe.on(stage.topicOf(name, 'hall'))).toEqual([]);
    await stage.probe.publish('hall', String(value(ROWS + 1)));
    expect(await until('a forecast', () => newest(name, 'hall'))).toMatchObject({ n: ROWS + 1, state: 'active' });

    const again = await learn('hall.csv', '-c', file);
    expect(again.out).toContain(`hall: learned 0 of ${ROWS}`);
    expect(again.err).toContain('--anew');
    expect((await learn('hall.csv', '-c', file, '--anew')).out).toContain(`hall: learned ${ROWS} of ${ROWS}`);
  });
});
