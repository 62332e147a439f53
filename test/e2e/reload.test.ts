import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DaemonProcess } from '../support/daemonProcess.ts';
import { daemonStage, until } from '../support/daemonStage.ts';
import { hasMosquitto, startMosquitto } from '../support/mosquitto.ts';
import { startProbe } from '../support/probe.ts';

describe.skipIf(!hasMosquitto())('a configuration that changes while the daemon runs (real mosquitto)', () => {
  const stage = daemonStage();
  const entry = (more: string): string =>
    `{topic: t/+, target: v, publish: {min_interval: 0s}, time: {from: message, sanity: off, zone: UTC}${more}}`;
  const timeOf = (i: number): string => new Date(Date.UTC(2026, 0, 5) + 60_000 * i).toISOString();
  const readings = (from: number, count: number, value = (i: number): number => 20 + Math.sin(i)) =>
    ['a', 'b'].flatMap((name) =>
      Array.from({ length: count }, (_, k) => {
        const i = from + k;
        return [`t/${name}`, JSON.stringify({ v: value(i), time: timeOf(i) })] as const;
      }),
    );
  const rootOf = (name: string): string => {
    const server = `server: "mqtt://127.0.0.1:${stage.broker.port}", client_id: ${name}, base_topic: tidegate/${name}`;
    return `mqtt: {${server}, qos: 1}\nlog: {level: debug}\nthreads: 0\npage: {enabled: off}\nmetrics: {enabled: off}\nhealth: {interval: 1s}\ndefaults: {min_samples: 30, model: {profile: tiny}}`;
  };
  const start = async (name: string): Promise<DaemonProcess> => {
    const [mqtt, ...root] = rootOf(name).split('\n');
    const daemon = stage.run(name, `${root.join('\n')}\nstreams: [${entry('')}]`);
    expect(mqtt).toContain('qos: 1');
    await stage.probe.latest(stage.topicOf(name, 'bridge/state'), '{"state":"online"}');
    return daemon;
  };
  /** Puts a new file in the place of the old one, which is what editors do. */
  const write = (
    { file }: DaemonProcess,
    name: string,
    streams: string,
    threads = 'threads: 0',
    server?: number,
  ): void => {
    const root = rootOf(name).replace('threads: 0', threads);
    const placed = server === undefined ? root : root.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${server}`);
    writeFileSync(`${file}.new`, `${placed}\nstreams: [${streams}]\n`);
    renameSync(`${file}.new`, file);
  };
  const lastOf = (name: string, stream: string) => {
    const text = stage.probe.on(stage.topicOf(name, `t/${stream}/v`)).findLast((it) => it !== '');
    return text === undefined ? undefined : JSON.parse(text);
  };
  const answered = (name: string, stream: string, i: number) =>
    until(`answer to reading ${i} of ${stream}`, () => {
      const last = lastOf(name, stream);
      return last?.ts === timeOf(i) ? last : undefined;
    });
  const infoOf = (name: string) => {
    const text = stage.probe.on(stage.topicOf(name, 'bridge/info')).at(-1);
    return text === undefined ? undefined : JSON.parse(text);
  };

  it('by SIGHUP: streams go on with all that they have learned, and forecast as if nothing had happened', async () => {
    const daemon = await start('hup');
    await start('calm');
    await stage.probe.publishAll(readings(0, 60));
    for (const name of ['hup', 'calm']) for (const stream of ['a', 'b']) await answered(name, stream, 59);
    write(daemon, 'hup', entry(', anomaly: {threshold: 4}'));
    daemon.kill('SIGHUP');
    await daemon.logged('configuration read again');
    await until('both streams are back', () => daemon.log().split('stream restored').length > 2 || undefined);
    await stage.probe.publishAll(readings(60, 20));
    for (const stream of ['a', 'b']) {
      const [one, other] = [await answered('hup', stream, 79), await answered('calm', stream, 79)];
      expect(one.n).toBe(80);
      expect([one.yhat, one.yhat_lower, one.yhat_upper]).toEqual([other.yhat, other.yhat_lower, other.yhat_upper]);
      expect(one.anomaly_score === null ? null : one.anomaly_score * 4).toBeCloseTo(other.anomaly_score ?? 0, 2);
    }
    expect(infoOf('hup').restart_required).toEqual([]);
  });

  it('by a change of the file and by a request: what waits for a start is named, and a wrong file changes nothing', async () => {
    const daemon = await start('file');
    await stage.probe.publishAll(readings(0, 5));
    await answered('file', 'a', 4);
    write(daemon, 'file', entry(''), 'threads: 1');
    await until('the change is seen', () => infoOf('file')?.restart_required?.[0]);
    expect(infoOf('file').restart_required).toEqual(['threads']);
    write(daemon, 'file', '{topic: t/+, nonsense: 1}');
    await daemon.logged('configuration refused');
    expect(daemon.log()).toContain('unknown option');
    await stage.probe.publish(stage.topicOf('file', 'bridge/request/reload'), '{"transaction":1}');
    const answers = () => stage.probe.on(stage.topicOf('file', 'bridge/response/reload')).map((it) => JSON.parse(it));
    expect(await until('the answer', () => answers()[0])).toMatchObject({ error: { code: 'TG_REQUEST_CONFIG' } });
    await stage.probe.publishAll(readings(5, 2));
    expect((await answered('file', 'a', 6)).n).toBe(7);
  });

  it('hears new topics at once, and lets the streams of topics that are gone leave with what they have learned', async () => {
    const daemon = await start('topics');
    await stage.probe.publishAll(readings(0, 40));
    for (const stream of ['a', 'b']) await answered('topics', stream, 39);
    write(daemon, 'topics', `${entry('').replace('t/+', 't/a')}, {topic: new, publish: {min_interval: 0s}}`);
    daemon.kill('SIGHUP');
    await daemon.logged('stream retired');
    // Its retained topics are taken from the broker.
    await stage.probe.latest(stage.topicOf('topics', 't/b/v'), '');
    expect(infoOf('topics')).toMatchObject({ restart_required: [], streams: [{ topic: 't/a' }, { topic: 'new' }] });
    await stage.probe.publishAll([['new', '5'], ...readings(40, 5)]);
    await until('an answer to the new topic', () => stage.probe.on(stage.topicOf('topics', 'new')).at(-1));
    expect((await answered('topics', 'a', 44)).n).toBe(45);
    expect(stage.probe.on(stage.topicOf('topics', 't/b/v')).at(-1)).toBe('');
    write(daemon, 'topics', entry(''));
    daemon.kill('SIGHUP');
    await until('the former entries', () => infoOf('topics').streams[0].topic === 't/+' || undefined);
    // Not before the broker has granted it.
    await until('an answer to b', () => {
      void stage.probe.publishAll(readings(45, 1).slice(1));
      return lastOf('topics', 'b')?.ts === timeOf(45) ? lastOf('topics', 'b') : undefined;
    });
    expect(lastOf('topics', 'b').n).toBe(41);
  });

  it('moves to another broker with all that it has learned, and says goodbye to the one before', async () => {
    const daemon = await start('moved');
    await stage.probe.publishAll(readings(0, 30));
    for (const stream of ['a', 'b']) await answered('moved', stream, 29);
    const other = await startMosquitto();
    const probe = await startProbe(other.port);
    write(daemon, 'moved', entry(''), 'threads: 0', other.port);
    daemon.kill('SIGHUP');
    await probe.latest(stage.topicOf('moved', 'bridge/state'), '{"state":"online"}');
    await stage.probe.latest(stage.topicOf('moved', 'bridge/state'), '{"state":"offline"}');
    await probe.publishAll(readings(30, 3));
    const topic = stage.topicOf('moved', 't/a/v');
    const last = await until('an answer over the other broker', () =>
      probe.on(topic).find((it) => it !== '' && JSON.parse(it).ts === timeOf(32)),
    );
    expect(JSON.parse(last).n).toBe(33);
    expect(daemon.log()).toContain('broker left: all that came of it is learned');
    await probe.end();
    await other.stop();
  });
});
