import { InvalidArgumentError } from 'commander';

/** Reads `--seconds`: more than 0 and at most `most`, parts of a second too. */
export function secondsUpTo(most: number): (text: string) => number {
  return (text) => {
    const seconds = Number(text);
    if (!(seconds > 0 && seconds <= most)) throw new InvalidArgumentError(`seconds, up to ${most}`);
    return seconds;
  };
}
