import fc from 'fast-check';
import { expect, it } from 'vitest';
import { replyTo } from '../../../../src/outlets/bridge/requests/replyTopic.ts';

const rules = { baseTopic: 'tidegate', responseTopics: ['clients/+/replies', 'other/#'] };
const topicOf = (command: string, topic?: string): string =>
  replyTo(command, topic === undefined ? undefined : { topic, correlation: undefined }, rules).topic;

it.each([
  ['info', undefined, 'tidegate/bridge/response/info'],
  ['', undefined, 'tidegate/bridge/response/unknown'],
  ['a/b', undefined, 'tidegate/bridge/response/unknown'],
  ['info', 'tidegate/bridge/response/me/1', 'tidegate/bridge/response/me/1'],
  ['info', 'clients/7/replies', 'clients/7/replies'],
  ['info', 'clients/7/8/replies', 'tidegate/bridge/response/info'],
  ['info', 'zigbee2mqtt/lamp/set', 'tidegate/bridge/response/info'],
  ['info', 'tidegate/bridge/request/forget', 'tidegate/bridge/response/info'],
  ['info', 'tidegate/bridge/response/+', 'tidegate/bridge/response/info'],
  ['info', '$SYS/broker', 'tidegate/bridge/response/info'],
  ['info', `other/${'x'.repeat(1024)}`, 'tidegate/bridge/response/info'],
])('answers %j with the response topic %j at %s', (command, topic, expected) => {
  expect(topicOf(command, topic)).toBe(expected);
});

it('is never outside of what is allowed, has no wildcard and is none of the topics that are listened to', () => {
  const level = fc.oneof(
    fc.constantFrom('tidegate', 'bridge', 'response', 'request', 'clients', 'replies', 'other', '+', '#', '', '$SYS'),
    fc.string({ unit: 'binary' }),
  );
  const name = fc.array(level, { maxLength: 6 }).map((levels) => levels.join('/'));
  const any = fc.tuple(name, fc.option(name, { nil: undefined }));
  fc.assert(
    fc.property(any, ([command, topic]) => {
      const answered = topicOf(command, topic);
      expect(answered).toMatch(/^(tidegate\/bridge\/response\/|other(\/|$)|clients\/[^/]*\/replies$)/);
      expect(answered).not.toMatch(/[+#\p{Cc}\p{Cs}]/u);
    }),
    { numRuns: 20_000 },
  );
});

it('gives back the bytes by which the sender knows the answer, where they are few', () => {
  const back = (bytes: number) =>
    replyTo('info', { topic: undefined, correlation: new Uint8Array(bytes) }, rules).correlation;
  expect([back(3)?.length, back(1024)?.length, back(1025)?.length]).toEqual([3, 1024, undefined]);
});
