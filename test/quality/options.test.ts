import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

const read = (...args: string[]) => readOptions(args, ['series', 'home']);

describe('readOptions', () => {
  it('takes three seeds, ten for the streams that it makes, and every block', () => {
    expect(read('test')).toEqual({
      folder: 'test',
      seeds: [1, 2, 3],
      homeSeeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      jobs: 1,
      blocks: ['series', 'home'],
      isGate: false,
      keep: false,
    });
  });

  it('takes one seed of each when in a hurry', () => {
    expect(read('test', '--quick')).toMatchObject({ seeds: [1], homeSeeds: [1] });
  });

  it('takes the seeds that are named', () => {
    expect(read('test', '--seeds', '7,9')).toMatchObject({ seeds: [7, 9], homeSeeds: [7, 9] });
    expect(read('test', '--seeds', '2-4', '--blocks', 'home', '--jobs', '2', '--gate')).toMatchObject({
      seeds: [2, 3, 4],
      blocks: ['home'],
      jobs: 2,
      isGate: true,
    });
  });

  it.each([
    [[], /folder/],
    [['test', 'src'], /one folder/],
    [['nowhere'], /nowhere/],
    [['test', '--seeds', 'a'], /--seeds/],
    [['test', '--seeds', '3-1'], /--seeds/],
    [['test', '--seeds', '1-100000000000'], /--seeds/],
    [['test', '--jobs', '0'], /--jobs/],
    [['test', '--blocks', 'taxis'], /taxis/],
    [['test', '--fast'], /--fast/],
  ])('says what is wrong with %j', (args, message) => {
    expect(read(...args)).toMatch(message);
  });
});
