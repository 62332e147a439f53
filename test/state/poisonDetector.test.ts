import { describe, expect, it } from 'vitest';
import { type NoteFile, PoisonDetector } from '../../src/state/poisonDetector.ts';

/** A file that outlives the processes of a test. */
function noteFile(): NoteFile & { note: unknown } {
  return {
    note: undefined,
    read() {
      return this.note === undefined ? undefined : JSON.parse(JSON.stringify(this.note));
    },
    write(note) {
      this.note = note;
    },
  };
}

const never = (): Promise<void> => new Promise(() => undefined);
const atOnce = (): Promise<void> => Promise.resolve();
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('PoisonDetector', () => {
  it('suspects the messages that were under way when the process died, and no learned one', async () => {
    const file = noteFile();
    const first = new PoisonDetector(file);
    first.beginBatch('a', atOnce);
    await nextTurn();
    first.beginBatch('b', never);
    first.beginBatch('c', never);
    await nextTurn();

    const second = new PoisonDetector(file);
    expect(['a', 'b', 'c', 'd'].map((key) => second.isSuspect(key))).toEqual([false, true, true, false]);
    expect(second.isQuarantined('b')).toBe(false);
  });

  it('is noted before the next turn of the event loop', async () => {
    const file = noteFile();
    new PoisonDetector(file).beginBatch('a', never);
    await Promise.resolve();
    expect(new PoisonDetector(file).isSuspect('a')).toBe(true);
  });

  it('puts in quarantine what the process has died of twice while it was alone', () => {
    const file = noteFile();
    new PoisonDetector(file).beginIsolated('a');
    const second = new PoisonDetector(file);
    expect([second.isSuspect('a'), second.isQuarantined('a')]).toEqual([true, false]);
    second.beginIsolated('a');
    const third = new PoisonDetector(file);
    expect(third.isQuarantined('a')).toBe(true);
    expect(new PoisonDetector(file).isQuarantined('a')).toBe(true);
  });

  it('acquits what was survived alone', () => {
    const file = noteFile();
    new PoisonDetector(file).beginIsolated('a');
    const second = new PoisonDetector(file);
    second.beginIsolated('a');
    second.endIsolated();
    expect(second.isSuspect('a')).toBe(false);
    expect(new PoisonDetector(file).isSuspect('a')).toBe(false);
  });

  it('blames nothing for an end that was asked for', async () => {
    const file = noteFile();
    const first = new PoisonDetector(file);
    first.beginBatch('a', never);
    await nextTurn();
    first.close();
    expect(new PoisonDetector(file).isSuspect('a')).toBe(false);
  });

  it('keeps what began while it waited for what came before', async () => {
    const file = noteFile();
    const suspects = new PoisonDetector(file);
    const waits: (() => void)[] = [];
    const idle = (): Promise<void> => new Promise((resolve) => waits.push(resolve));
    suspects.beginBatch('a', idle);
    await nextTurn();
    suspects.beginBatch('b', idle);
    await nextTurn();
    waits[0]?.();
    await nextTurn();
    expect([new PoisonDetector(file).isSuspect('a'), new PoisonDetector(file).isSuspect('b')]).toEqual([false, true]);
    expect(waits).toHaveLength(2);
  });

  it.each([undefined, null, 3, [], { among: 'x', alone: 5, deaths: [1] }, { deaths: { a: 'x' } }])(
    'takes %j for no note at all',
    (note) => {
      const file = noteFile();
      file.note = note;
      const suspects = new PoisonDetector(file);
      expect(suspects.isSuspect('a')).toBe(false);
      expect(suspects.isSuspect('x')).toBe(false);
    },
  );

  it('remembers a thousand at most', async () => {
    const file = noteFile();
    const first = new PoisonDetector(file);
    for (let i = 0; i < 5000; i++) first.beginBatch(`m${i}`, never);
    await nextTurn();
    const second = new PoisonDetector(file);
    expect(Array.from({ length: 5000 }, (_, i) => second.isSuspect(`m${i}`)).filter(Boolean)).toHaveLength(1000);
  });
});
