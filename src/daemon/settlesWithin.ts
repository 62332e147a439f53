/** Whether the work resolves within so many milliseconds. Its failure counts as done: who owns it hears of it. */
export async function settlesWithin(work: Promise<unknown>, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  const done = work.then(
    () => true,
    () => true,
  );
  const isDone = await Promise.race([done, timeout]);
  clearTimeout(timer);
  return isDone;
}
