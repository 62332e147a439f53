import { expect, it, test } from 'vitest';
import { REQUEST_ERRORS } from '../../../../src/domain/requestErrors.ts';
import { REQUEST_NAMES } from '../../../../src/domain/requestName.ts';
import { COMMANDS } from '../../../../src/outlets/bridge/requests/commands.ts';

test.each(Object.entries(REQUEST_ERRORS))('%s says what it means and what to do, each in one cell', (code, error) => {
  expect(code).toMatch(/^TG_REQUEST(_[A-Z]+)+$/);
  for (const text of [error.meaning, error.remedy]) expect(text).toMatch(/^[^|\n]{10,}$/);
});

test('every command tells what it takes', () => {
  for (const { about, gives, members } of Object.values(COMMANDS))
    for (const text of [about, gives, ...members.map(({ help }) => help)]) expect(text).toMatch(/^[^|\n]{5,}$/);
});

/** `npx vitest run test/outlets/bridge/requests -u` writes the file anew. */
it('config/requests.md is made from the tables', async () => {
  await expect(toReference()).toMatchFileSnapshot('../../../../config/requests.md');
});

function toReference(): string {
  const commands = REQUEST_NAMES.map((name) => COMMANDS[name]);
  return [
    '# Requests',
    '',
    'Made from the tables in `src/outlets/bridge/requests/` and `src/domain/requestErrors.ts`; do not edit.',
    '',
    'A message to `<base_topic>/bridge/request/<command>` is a request. Its payload is a JSON object with the members below, nothing, or the first member alone as text. Each request is answered once, at',
    '`<base_topic>/bridge/response/<command>`:',
    '',
    '```json',
    '{"status":"ok","data":{"healthy":true},"transaction":"7","answered_by":"tidegate"}',
    '{"status":"error","data":{},"error":{"code":"TG_REQUEST_UNKNOWN","message":"there is no such command","remedy":"config/requests.md lists the commands of this version"},"transaction":"8","answered_by":"tidegate"}',
    '```',
    '',
    '- `transaction` may be in every request (text of at most 256 characters, or a number); the answer has it again. `answered_by` is in every answer: other instances know by it that it is none of a sensor.',
    '- With MQTT 5 the answer goes to the response topic of the request where that is below `<base_topic>/bridge/response/` or `bridge.response_topics` allows it, and has its correlation data.',
    '- Requests are listened to before `<base_topic>/bridge/state` says `online`. With `mqtt.qos: 1` and a session that outlives the connection (`mqtt.session`) the broker keeps what is sent with QoS 1 while the link is away, and it is answered once the link is back; a request that the broker gives twice is done and answered once. An answer that the broker has not confirmed when the link goes is sent again.',
    '- An answer can come twice: where the broker had it, and the link went before it could say so, it is sent again (QoS 1). Give each request a `transaction` of its own: the first answer with it counts, and a later one with the same is a copy of it. `tidegate ask` does that.',
    '- Requests that the broker had kept (retain) are ignored and counted; so is what comes beyond 50 refusals a second. `bridge/health` has the counts: `requests`, `requests_refused`, `requests_ignored`.',
    '- `bridge.requests`, `bridge.read_only` and `bridge.commands` of the configuration say what is served. Who may send requests is for the access rules of the broker.',
    '',
    '## Commands',
    '',
    '| command | does | `data` of the answer | changes |',
    '|---|---|---|---|',
    ...commands.map(
      (it) =>
        `| \`${it.name}\` | ${it.about} | ${it.gives} | ${it.changes === 'some' ? 'some' : it.changes ? 'yes' : 'no'} |`,
    ),
    ...commands.flatMap(({ name, members }) =>
      members.length === 0
        ? []
        : [
            '',
            `### ${name}`,
            '',
            '| member | required | help |',
            '|---|---|---|',
            ...members.map((it) => `| \`${it.name}\` | ${it.isRequired ? 'yes' : 'no'} | ${it.help} |`),
          ],
    ),
    '',
    '## Errors',
    '',
    '| code | meaning | remedy |',
    '|---|---|---|',
    ...Object.entries(REQUEST_ERRORS).map(([code, { meaning, remedy }]) => `| \`${code}\` | ${meaning} | ${remedy} |`),
    '',
  ].join('\n');
}
