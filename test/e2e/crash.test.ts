import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { hasMosquitto } from '../support/mosquitto.ts';

const PROGRAM = new URL('../crash/run.mjs', import.meta.url).pathname;

it.skipIf(!hasMosquitto())(
  'a daemon that is killed twice and cut off twice answers as one that was left alone',
  async () => {
    const options = { messages: 1500, rate: 500, streams: 3, kills: 2, cuts: 2, pause: 300, probes: 5, seed: 6 };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...args, '--mode', 'journal']);
    expect(JSON.parse(stdout)).toMatchObject({ lost: 0, twice: 0, byTime: 0, identical: '3 of 3' });
  },
);
