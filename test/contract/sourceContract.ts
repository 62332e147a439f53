import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Source } from '../../src/app/source.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import { ownInbound } from '../pipeline/samples.ts';

/** A source under test, and the other side of it. */
export interface SourceStage {
  readonly source: Source;
  /** Lets a message come in; resolves when it has been sent. */
  send(topic: string, payload: string): Promise<void>;
  /** Messages that have arrived on the other side, as `topic payload`. */
  readonly published: readonly string[];
  /** Ends everything, the source included. */
  dispose(): Promise<void>;
}

/** Topics that the stage's source takes as readings. */
export const READINGS = 'sensors/#';
const STOP_BOUND = 3000;

const textOf = ({ topic, payload }: { readonly topic: string; readonly payload: Uint8Array }): string =>
  `${topic} ${Buffer.from(payload).toString()}`;

/** Behaviour that every source must show. */
export function sourceContract(create: () => Promise<SourceStage>): void {
  let stage: SourceStage;
  let source: Source;
  let inbound: Inbound[];
  let isComplete: boolean;
  const links: boolean[] = [];

  beforeEach(async () => {
    stage = await create();
    source = stage.source;
    inbound = [];
    links.length = 0;
    isComplete = false;
    source.inbound$.subscribe({
      next: (message) => {
        inbound.push(ownInbound(message));
        message.receipt?.ack();
      },
      complete: () => {
        isComplete = true;
      },
    });
    source.connected$.subscribe((isConnected) => links.push(isConnected));
  });
  afterEach(() => stage.dispose());

  async function connect(): Promise<void> {
    source.start();
    await expect.poll(() => links.at(-1)).toBe(true);
  }

  it('is not connected before it is started, and drops what is published', () => {
    expect(links).toEqual([false]);
    expect(source.publish({ topic: 'out/a', payload: '1', qos: 0, retain: false })).toBe(false);
  });

  it('starts once, however often it is told to', async () => {
    source.start();
    await connect();
    source.start();
    await stage.send('sensors/a', '1');
    await expect.poll(() => inbound.length).toBe(1);
    await sleep(50);
    expect(inbound.map(textOf)).toEqual(['sensors/a 1']);
  });

  it('gives messages in their order, each once, with times that go up', async () => {
    await connect();
    for (let i = 0; i < 20; i++) await stage.send('sensors/a', String(i));
    await expect.poll(() => inbound.length).toBe(20);
    expect(inbound.map(textOf)).toEqual(Array.from({ length: 20 }, (_, i) => `sensors/a ${i}`));
    const times = inbound.map(({ receivedAt }) => receivedAt);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });

  it('publishes while it is connected, and counts what waits', async () => {
    await connect();
    expect(source.publish({ topic: 'out/a', payload: 'x', qos: 1, retain: false })).toBe(true);
    await expect.poll(() => stage.published).toContain('out/a x');
    await expect.poll(() => source.outboundBytes).toBe(0);
  });

  it('gives a listener what no stream gets, until it ends', async () => {
    const heard: string[] = [];
    const end = source.listen('commands/+', (message) => void heard.push(textOf(message)));
    await connect();
    await expect
      .poll(async () => {
        await stage.send('commands/a', 'go');
        return heard;
      })
      .toContain('commands/a go');
    end();
    end();
    const before = heard.length;
    await stage.send('commands/a', 'late');
    await stage.send('sensors/a', '1');
    await expect.poll(() => inbound.length).toBe(1);
    expect(heard).toHaveLength(before);
    expect(inbound.map(textOf)).toEqual(['sensors/a 1']);
  });

  it('takes nothing in once its intake is closed, and still publishes', async () => {
    await connect();
    source.closeIntake();
    source.closeIntake();
    expect(isComplete).toBe(true);
    await stage.send('sensors/a', 'late');
    expect(source.publish({ topic: 'out/a', payload: 'still', qos: 1, retain: false })).toBe(true);
    await expect.poll(() => stage.published).toContain('out/a still');
    expect(inbound).toEqual([]);
  });

  it('stops in bounded time, once; every observable ends, and nothing goes out or comes in any more', async () => {
    let hasLinkEnded = false;
    const heard: string[] = [];
    source.connected$.subscribe({
      complete: () => {
        hasLinkEnded = true;
      },
    });
    source.listen('commands/+', (message) => void heard.push(textOf(message)));
    await connect();
    const since = performance.now();
    await Promise.all([source.stop(), source.stop()]);
    await source.stop();
    expect(performance.now() - since).toBeLessThan(STOP_BOUND);
    expect([isComplete, hasLinkEnded]).toEqual([true, true]);
    expect(source.publish({ topic: 'out/a', payload: 'late', qos: 0, retain: false })).toBe(false);
    await stage.send('sensors/a', 'late');
    await stage.send('commands/a', 'late');
    await sleep(50);
    expect([inbound, heard]).toEqual([[], []]);
    expect(stage.published).not.toContain('out/a late');
  });

  it('stops where it was never started, and does not start after its stop', async () => {
    await source.stop();
    expect(isComplete).toBe(true);
    source.start();
    await stage.send('sensors/a', '1');
    await sleep(50);
    expect([links.includes(true), inbound]).toEqual([false, []]);
  });
}
