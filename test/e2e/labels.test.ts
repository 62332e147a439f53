import { describe, expect, it } from 'vitest';
import type { DaemonProcess } from '../support/daemonProcess.ts';
import { daemonStage, until } from '../support/daemonStage.ts';
import { hasMosquitto } from '../support/mosquitto.ts';

const START = Date.UTC(2026, 0, 5);
const timeOf = (i: number): string => new Date(START + 10_000 * i).toISOString();
/** Ten readings each of rest, of work, and so on. */
const classOf = (i: number): string => (Math.floor(i / 10) % 2 === 0 ? 'idle' : 'wash');
const readingOf = (i: number): readonly [string, string] => [
  'plug/washer',
  JSON.stringify({ power: (classOf(i) === 'idle' ? 2 : 400) + ((i * 7919) % 13) / 10, time: timeOf(i) }),
];
/** The label of the readings `from` to `from` + 9. */
const labelOf = (from: number): readonly [string, string] => [
  'programme/washer',
  JSON.stringify({ state: classOf(from), begin: timeOf(from), end: timeOf(from + 9) }),
];

describe.skipIf(!hasMosquitto())('classes taught over MQTT (real mosquitto)', () => {
  const stage = daemonStage();

  const start = (name: string, classify: string): DaemonProcess =>
    stage.run(
      name,
      `threads: 0
health: {interval: 1s}
limits: {thin_after: 0}
defaults: {time: {from: message, sanity: off, zone: UTC}, publish: {min_interval: 0s}, model: {profile: tiny}, min_samples: 20}
streams: [{topic: plug/+, target: power${classify}}]`,
    );

  const TAUGHT = ', classify: {label_topic: programme/+, label_path: state, from: begin, to: end}';
  const topicOf = (name: string): string => stage.topicOf(name, 'plug/washer/power/class');

  /** The newest answer to a reading. */
  const answerTo = (name: string, i: number): Promise<string> =>
    until(`class of reading ${i} from ${name}`, () =>
      stage.probe.on(topicOf(name)).findLast((payload) => payload !== '' && JSON.parse(payload).ts === timeOf(i)),
    );

  /** Readings, with labels that come thirty readings late. */
  async function teach(from: number, to: number): Promise<void> {
    for (let i = from; i < to; i += 10) {
      await stage.probe.publishAll(Array.from({ length: 10 }, (_, k) => readingOf(i + k)));
      if (i >= 30) await stage.probe.publishAll([labelOf(i - 30)]);
    }
  }

  it('late labels over kill -9 and restart: as if nothing had been; wrong ones are counted', async () => {
    let daemon = start('killed', TAUGHT);
    const other = start('spared', TAUGHT);
    await Promise.all([daemon.logged('subscribed'), other.logged('subscribed')]);
    await teach(0, 300);
    await answerTo('killed', 299);
    daemon.kill('SIGKILL');
    await daemon.exited();
    // Both come while nobody is there to take them in.
    await teach(300, 330);
    daemon = start('killed', TAUGHT);
    await daemon.logged('subscribed');
    await teach(330, 400);
    const said = await answerTo('killed', 399);
    expect(said).toBe(await answerTo('spared', 399));
    const answer = JSON.parse(said);
    expect(answer).toMatchObject({
      class: 'wash',
      labels: expect.any(Number),
      probabilities: { wash: answer.confidence },
    });
    expect(Date.parse(answer.since)).toBe(START + 10_000 * 390);
    expect(answer.accuracy).toBeGreaterThan(0.8);

    await stage.probe.publishAll([
      ['programme/washer', '{"state":{"name":"x"}}'],
      ['programme/washer', '{"state":"wash","begin":"soon"}'],
      ['programme/nobody', '{"state":"wash"}'],
    ]);
    await until('counts of wrong labels', () => {
      const dropped = stage.health('killed')?.dropped ?? {};
      const isCounted = ['not-a-label', 'bad-time', 'no-such-stream'].every((reason) => dropped[reason] === 1);
      return isCounted ? true : undefined;
    });
  });

  it('open classes: 32 names are admitted; a list in the configuration keeps what was learned of its names', async () => {
    const open = start('open', TAUGHT);
    await open.logged('subscribed');
    await teach(0, 300);
    await answerTo('open', 299);
    const names = Array.from({ length: 40 }, (_, i) => `program ${i}`);
    await stage.probe.publishAll(
      names.map((state) => ['programme/washer', JSON.stringify({ state, begin: timeOf(250), end: timeOf(250) })]),
    );
    await teach(300, 310);
    const said = JSON.parse(await answerTo('open', 309));
    expect(Object.keys(said.probabilities)).toEqual(['idle', 'wash', ...names.slice(0, 30)]);
    await until('counts of names that came too late', () => {
      return stage.health('open')?.dropped['label-unknown'] === 10 || undefined;
    });
    open.kill('SIGTERM');
    expect(await open.exited()).toBe(0);

    const listed = start('open', TAUGHT.replace('{', '{classes: [wash, rinse, idle], '));
    await listed.logged('subscribed');
    // No label has come since.
    await stage.probe.publishAll(Array.from({ length: 20 }, (_, k) => readingOf(310 + k)));
    const [worked, rested] = [JSON.parse(await answerTo('open', 318)), JSON.parse(await answerTo('open', 328))];
    expect([worked.class, rested.class]).toEqual([classOf(318), classOf(328)]);
    expect(Object.keys(rested.probabilities)).toEqual(['wash', 'rinse', 'idle']);
    // Its last ten labels came behind the answer.
    expect(rested.labels).toBe(said.labels + 10);
  });

  it('takes the class from the broker once the configuration has no classes any more, without a reading', async () => {
    const first = start('undone', TAUGHT);
    await first.logged('subscribed');
    await teach(0, 60);
    await answerTo('undone', 59);
    first.kill('SIGKILL');
    await first.exited();
    await start('undone', '').logged('subscribed');
    await until('empty class', () => stage.probe.on(topicOf('undone')).at(-1) === '' || undefined);
    await stage.probe.publishAll([readingOf(60)]);
    const state = stage.topicOf('undone', 'plug/washer/power');
    await until(
      'answer',
      () => stage.probe.on(state).some((it) => it !== '' && JSON.parse(it).ts === timeOf(60)) || undefined,
    );
    expect(stage.probe.on(topicOf('undone')).at(-1)).toBe('');
  });
});
