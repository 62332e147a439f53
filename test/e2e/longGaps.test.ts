import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { DaemonProcess } from '../support/daemonProcess.ts';
import { daemonStage, until } from '../support/daemonStage.ts';
import { hasMosquitto } from '../support/mosquitto.ts';
import { rounds } from '../support/rounds.ts';

const START = Date.UTC(2026, 0, 5);
const FIELDS = ['a', 'b', 'c', 'd', 'e', 'f'];
/** An hour makes 3,600 steps a field: more than may wait for all of them, which is 2,048. */
const HOURS = rounds(1, 5);
const SILENCE = HOURS * 3600 + 100;
const RECORDS = rounds(40, 120);
const timeOf = (second: number): string => new Date(START + 1000 * second).toISOString();

/** A reading of all six fields. */
const readingAt = (second: number): string =>
  JSON.stringify({
    time: timeOf(second),
    ...Object.fromEntries(FIELDS.map((field, k) => [field, 20 + k + (second % 7)])),
  });

/** Readings that a gateway has buffered: ten minutes apart, from `second` on. */
const bufferAt = (second: number, count: number): string =>
  JSON.stringify(Array.from({ length: count }, (_, i) => ({ time: timeOf(second + 600 * i), a: 20 + (i % 7) })));

describe.skipIf(!hasMosquitto())('one message that leads to more steps than may wait', () => {
  const stage = daemonStage();

  async function start(name: string, stream: string): Promise<DaemonProcess> {
    const daemon = stage.run(
      name,
      `threads: 1
health: {interval: 1s}
defaults: {step: 1s, time: {sanity: off, zone: UTC}, publish: {min_interval: 10s}, model: {experts: [last_value]}}
streams: [${stream}]`,
    );
    await daemon.logged('subscribed');
    return daemon;
  }

  /** Answers to the reading of that second, for each field. */
  async function answers(name: string, fields: readonly string[], second: number): Promise<readonly string[]> {
    const ts = timeOf(second);
    const found = (): readonly (string | undefined)[] =>
      fields.map((field) =>
        stage.probe.on(stage.topicOf(name, `s/${field}`)).findLast((payload) => payload.includes(`"ts":"${ts}"`)),
      );
    const isWhole = (all: readonly (string | undefined)[]): all is readonly string[] => !all.includes(undefined);
    return until(
      () => `${name}: all of ${JSON.stringify(found())}`,
      () => [found()].find(isWhole),
    );
  }

  async function dropsOf(name: string): Promise<unknown> {
    const topic = stage.topicOf(name, 'bridge/health');
    const before = stage.probe.on(topic).length;
    while (stage.probe.on(topic).length < before + 2) await sleep(50);
    return JSON.parse(stage.probe.on(topic).at(-1) as string).dropped;
  }

  const countsOf = (all: readonly string[]): readonly number[] => all.map((answer) => JSON.parse(answer).n);

  it.each([
    {
      what: `six fields after hours of silence: ${HOURS}`,
      stream: '{topic: s, fields: auto, gap: {after: 1d}}',
      fields: FIELDS,
      payloads: [...Array.from({ length: 100 }, (_, i) => readingAt(i)), readingAt(SILENCE)],
      last: SILENCE,
      // Each second is a step.
      count: SILENCE + 1,
      next: readingAt(SILENCE + 1),
    },
    {
      what: 'an array of buffered records, far apart',
      stream: '{topic: s, fields: auto}',
      fields: ['a'],
      payloads: [bufferAt(0, RECORDS)],
      last: 600 * (RECORDS - 1),
      // All but the seconds between two records that are not waited for any more, where gap.after has its default.
      count: undefined,
      next: bufferAt(600 * (RECORDS - 1) + 1, 1),
    },
  ])(
    '$what: nothing is left out, and who dies learns the same',
    async ({ stream, fields, payloads, last, ...more }) => {
      const [living, dying] = [`l${last}`, `d${last}`];
      await start(living, stream);
      const daemon = await start(dying, stream);
      for (const payload of payloads) await stage.probe.publish('s', payload);
      const [alive, killed] = [await answers(living, fields, last), await answers(dying, fields, last)];
      expect(killed).toEqual(alive);
      expect(new Set(countsOf(alive)).size).toBe(1);
      if (more.count !== undefined) expect(countsOf(alive)[0]).toBe(more.count);
      expect(await dropsOf(living)).toEqual({});

      daemon.kill('SIGKILL');
      await daemon.exited();
      await start(dying, stream);
      await stage.probe.publish('s', more.next);
      expect(await answers(dying, fields, last + 1)).toEqual(await answers(living, fields, last + 1));
      expect(await dropsOf(dying)).toEqual({});
    },
  );
});
