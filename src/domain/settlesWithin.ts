import type { Delay, DurationMs } from './time.ts';

/** Tells if the work resolves within a time. Its failure counts as done: the owner of the work hears of it. */
export async function settlesWithin(work: Promise<unknown>, time: DurationMs, delay: Delay): Promise<boolean> {
  let cancel = (): void => undefined;
  const timeout = new Promise<boolean>((resolve) => {
    cancel = delay(() => resolve(false), time);
  });
  const done = work.then(
    () => true,
    () => true,
  );
  const isDone = await Promise.race([done, timeout]);
  cancel();
  return isDone;
}
