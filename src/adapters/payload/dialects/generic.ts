import type { DropReason } from '../../../domain/dropReason.ts';
import { isHousekeepingTopic, isHousekeepingValue } from '../housekeeping.ts';
import { readPayloadTime } from '../payloadTime.ts';
import { readColumns } from './columns.ts';
import type { Dialect, DialectMessage, DialectOptions, ReadDialect, ReadingSink, When } from './dialect.ts';
import { guessSender } from './guessSender.ts';
import { isNamedList, isValueKey, namedOf, unitBeside } from './namedList.ts';
import { isAvailability, readAvailability, topicsBeside } from './textReading.ts';
import { createWalk, objectAt, recordsOf } from './walk.ts';

/** Last levels of topics by which devices say whether they are there, and of those that others write to. */
const PRESENCE: ReadonlySet<string> = new Set(['availability', 'lwt', 'online', 'connected', 'available']);
/** Those by which some say that, and others what is switched. */
const STATE: ReadonlySet<string> = new Set(['status', 'state']);
const SWITCHED = /^\s*(?:true|false)\s*$/i;
const COMMANDS: ReadonlySet<string> = new Set(['set', 'get', 'command', 'cmd', 'cmnd']);

/** Any topic: a plain number, lines of columns, or JSON, whose numbers are readings but for the housekeeping. */
export const generic: Dialect = { name: 'generic', saysUnits: true, fits: () => false, create: createReader };

function createReader({ senderAt }: DialectOptions): ReadDialect {
  /** Paths of the lists of named values in the message that is read. */
  const lists = new Set<string>();
  const { walk } = createWalk({ texts: true, passesOver: (_, path) => lists.has(path), unitIn });

  function readRecord(record: object, { topic, levels }: DialectMessage, out: ReadingSink): void {
    const sender = senderAt === undefined ? guessSender(record, levels) : senderAt(record);
    const base = sender === '' ? undefined : `${topic}/${sender}`;
    lists.clear();
    for (const key of Object.keys(record)) {
      const list = objectAt(record, key);
      if (list === undefined || !isNamedList(list)) continue;
      lists.add(key);
      readNamed(list, [record], base, out);
    }
    walk('', [record], out, undefined, base);
  }

  return (message, out) => {
    const { content, topic, levels } = message;
    const last = levels[levels.length - 1];
    if (content.kind === 'refused') return content.reason;
    if (isHousekeepingTopic(topic, '#') || COMMANDS.has(last.toLowerCase())) return 'not-a-reading';
    if (tellsPresence(message)) return readAvailability(message, topicsBeside(message), out);
    if (content.kind === 'text')
      return isHousekeepingValue(topic, '#') ? 'not-a-reading' : readText(content.text, message, out);
    if (isNamedList(content.root) && senderAt === undefined) readNamed(content.root, [], undefined, out);
    else for (const record of recordsOf(content.root, out)) readRecord(record, message, out);
    return 'no-field';
  };
}

function tellsPresence(message: DialectMessage): boolean {
  const { levels, content } = message;
  const last = levels[levels.length - 1].toLowerCase();
  if (levels.length < 2 || !(PRESENCE.has(last) || STATE.has(last)) || !isAvailability(message)) return false;
  return PRESENCE.has(last) || content.kind !== 'text' || !SWITCHED.test(content.text);
}

function readText(text: string, message: DialectMessage, out: ReadingSink): DropReason {
  if (!readColumns(text, message, out)) out.offer(text, undefined, undefined);
  return 'not-a-number';
}

/** `{"value":21.5,"unit":"°C"}` */
function unitIn(holder: object, key: string): string | undefined {
  return isValueKey(key) ? unitBeside(holder) : undefined;
}

/** Each name is a reading of its own. */
function readNamed(
  list: readonly object[],
  around: readonly object[],
  base: string | undefined,
  out: ReadingSink,
): void {
  out.beginBatch();
  for (const record of list) {
    const { name, value, unit } = namedOf(record);
    out.offer(value, name, whenOf(record, around, out), () => unit, base);
  }
}

/** Many write `t` for the time, which elsewhere is a temperature. */
function whenOf(record: object, around: readonly object[], out: ReadingSink): When {
  const { t } = record as { readonly t?: unknown };
  const isEpoch = typeof t === 'number' ? t > 1e9 : typeof t === 'string';
  const at = isEpoch ? readPayloadTime(t, out.zone, 0 as Parameters<typeof readPayloadTime>[2]) : undefined;
  return at ?? [...around, record];
}
