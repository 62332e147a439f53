import { describe, expect, it } from 'vitest';
import { CELL_KINDS } from '../../../../../../src/domain/streamSettings.ts';
import {
  introduction,
  lifeWords,
  livesSentence,
  reachSentence,
  rowSentence,
  sharesSentence,
} from '../../../../../../src/outlets/page/site/views/memory/memoryWords.ts';
import { Scene } from '../../../../../../src/outlets/page/site/views/memory/scene.ts';
import { createWording } from '../../../../../../src/outlets/page/site/words/wording.ts';
import { probeOf, sharesOf } from './memoryScene.ts';

const wording = createWording(['en-GB']);
const sensor = { title: 'plug · power', unit: 'W', decimals: 0, zone: 'UTC' };

describe('words of a memory', () => {
  it('tell half-lives in readings and in time', () => {
    expect(lifeWords(6.8, probeOf(), wording)).toBe('6.8 readings (34 min)');
    expect(lifeWords(6.8, probeOf({ interval: 0 }), wording)).toBe('6.8 readings');
    expect(lifeWords(1e6, probeOf(), wording)).toBe('more than 100,000 readings');
    expect(lifeWords(Number.NaN, probeOf(), wording)).toBe('an unknown number of readings');
  });

  it('tell how long units hold, and of a cell without gates how far an error goes back', () => {
    expect(livesSentence(new Scene(probeOf()), wording)).toBe(
      'Half of the 2 units forget half within 1.0 readings (5 min) if nothing new comes in; the longest holds for 6.5 readings (33 min).',
    );
    const rnn = probeOf({ cell: 'rnn', halfLives: new Float32Array(0), halfLife: 2 });
    expect(livesSentence(new Scene(rnn), wording)).toBe(
      'This cell has no gate that forgets. Of an error half is left 2.0 readings (10 min) back.',
    );
  });

  it('tell what the forecast comes from, and what the shares sum to', () => {
    expect(sharesSentence(probeOf(), sensor, wording)).toBe(
      'The network expects 6.5\u00a0W for the next reading; with nothing known it would say 5.0\u00a0W. Both columns add up to exactly the difference.',
    );
    const label = '<b>wash</b>';
    const answer = { kind: 'class', label, isPublished: true, probability: 0.9731 } as const;
    expect(sharesSentence(probeOf({ shares: sharesOf([1], { answer }) }), sensor, wording)).toMatch(
      /^The stream publishes the class <b>wash<\/b>: by this network alone its probability is 97\.3\u00a0%\./,
    );
  });

  it('tell how far the network reaches by its shares', () => {
    expect(reachSentence(probeOf(), wording)).toContain(
      'Half of what moves the forecast lies in this reading, the largest before this reading 1 back.',
    );
    expect(reachSentence(probeOf({ shares: sharesOf([1, 0, 5]) }), wording)).toContain('lies within 2 readings back');
    expect(reachSentence(probeOf({ shares: sharesOf([1], { older: 9 }) }), wording)).toContain('before these readings');
  });

  it('tell each cell in its own words', () => {
    const texts = CELL_KINDS.map((cell) => introduction(probeOf({ cell }), wording));
    expect(new Set(texts).size).toBe(4);
    for (const text of texts) expect(text).toMatch(/2 units read/);
  });

  it('say – for what is not known', () => {
    expect(rowSentence(new Scene(probeOf()), 1, sensor, wording)).toContain(': – · mean f 0.70, i 0.35');
  });
});
