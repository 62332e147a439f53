import { describe, expect, it } from 'vitest';
import { unacknowledgedFindings } from '../../../src/tools/doctor/experimentFindings.ts';

const MOSQUITTO = {
  hasSession: true,
  underWay: 6,
  lost: 0,
  acknowledgedAgain: 0,
  areMarked: true,
  haveSameIds: true,
  areInOrder: true,
};

describe('messages under way when the connection breaks', () => {
  it.each([
    [
      'mosquitto, HiveMQ',
      {},
      [
        ['under way', 'ok'],
        ['repeats', 'ok'],
      ],
      /none is learned twice/,
    ],
    [
      'RabbitMQ',
      { haveSameIds: false },
      [
        ['under way', 'ok'],
        ['repeats', 'note'],
      ],
      /with other packet ids: .*equal reading/,
    ],
    [
      'Artemis',
      { haveSameIds: false, areMarked: false },
      [
        ['under way', 'ok'],
        ['repeats', 'note'],
      ],
      /without a true mark \(DUP\), with other/,
    ],
    [
      'mochi',
      { areMarked: false, areInOrder: false },
      [
        ['under way', 'ok'],
        ['repeats', 'note'],
      ],
      /DUP\), out of order/,
    ],
    ['Moquette', { lost: 6 }, [['under way', 'warning']], /lost 6 of 6/],
    ['amqtt', { lost: 6, hasSession: false }, [['under way', 'warning']], /lost 6 of 6/],
    [
      'one that repeats what it has an answer to',
      { acknowledgedAgain: 2 },
      [
        ['under way', 'ok'],
        ['repeats', 'warning'],
        ['repeats', 'ok'],
      ],
      /2 messages .* learned twice/,
    ],
  ] as const)('as %s has them', (_, changes, expected, words) => {
    const findings = [...unacknowledgedFindings({ ...MOSQUITTO, ...changes })];
    expect(findings.map(({ check, verdict }) => [check, verdict])).toEqual(expected);
    expect(findings.map(({ found }) => found).join('\n')).toMatch(words);
  });

  it('say why they are lost', () => {
    const advice = (hasSession: boolean) =>
      [...unacknowledgedFindings({ ...MOSQUITTO, lost: 1, hasSession })][0]?.advice;
    expect([advice(true), advice(false)]).toEqual([
      expect.stringContaining('forgets what it has sent'),
      expect.stringContaining('keeps no session'),
    ]);
  });
});
