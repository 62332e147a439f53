import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DaemonProcess } from '../support/daemonProcess.ts';
import { daemonStage, until } from '../support/daemonStage.ts';
import { hasMosquitto } from '../support/mosquitto.ts';

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
    return `mqtt: {${server}, qos: 1}\nlog: {level: debug}\nthreads: 0\nhealth: {interval: 1s}\ndefaults: {min_samples: 30, model: {profile: tiny}}`;
  };
  const start = async (name: string): Promise<DaemonProcess> => {
    const [mqtt, ...root] = rootOf(name).split('\n');
    const daemon = stage.run(name, `${root.join('\n')}\nstreams: [${entry('')}]`);
    expect(mqtt).toContain('qos: 1');
    await stage.probe.latest(stage.topicOf(name, 'bridge/state'), '{"state":"online"}');
    return daemon;
  };
  /** Puts a new file in the place of the old one, which is what editors do. */
  const write = ({ file }: DaemonProcess, name: string, streams: string): void => {
    writeFileSync(`${file}.new`, `${rootOf(name)}\nstreams: [${streams}]\n`);
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
    write(daemon, 'file', `${entry('')}, {topic: other}`);
    await until('the change is seen', () => infoOf('file')?.restart_required?.[0]);
    expect(infoOf('file').restart_required).toEqual(['other: added']);
    write(daemon, 'file', '{topic: t/+, nonsense: 1}');
    await daemon.logged('configuration refused');
    expect(daemon.log()).toContain('unknown option');
    await stage.probe.publish(stage.topicOf('file', 'bridge/request/reload'), '{"transaction":1}');
    const answers = () => stage.probe.on(stage.topicOf('file', 'bridge/response/reload')).map((it) => JSON.parse(it));
    expect(await until('the answer', () => answers()[0])).toMatchObject({ error: { code: 'TG_REQUEST_CONFIG' } });
    await stage.probe.publishAll(readings(5, 2));
    expect((await answered('file', 'a', 6)).n).toBe(7);
  });
});
