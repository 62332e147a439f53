import { toPrintable } from '../../adapters/terminal/toPrintable.ts';
import type { FieldReport } from './listenFields.ts';

/** Names that one line lists. */
const MOST_NAMES = 12;
/** Lines about values that were not read. */
const MOST_UNREAD = 20;

/** Sentences about what is no stream of the suggested configuration, and why. No name in them can forge a line. */
export function describeLeftOut({ topics, unread, housekeeping }: FieldReport): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { topic, fields } of topics)
    for (const { path, leftOut } of fields) {
      if (leftOut === undefined) continue;
      const isCopy = leftOut.startsWith('same as');
      const reason = isCopy ? 'another field says the same' : REASONS[leftOut];
      const name = path === undefined ? topic : `${topic} ${path}`;
      const names = byReason.get(reason) ?? [];
      byReason.set(reason, [...names, isCopy ? `${name} (${leftOut})` : name]);
    }
  const lines = [...byReason].map(([reason, names]) => `left out, ${reason}: ${list(names)}`);
  if (housekeeping.length > 0) lines.push(`passed over, devices send it about themselves: ${list(housekeeping)}`);
  for (const { topic, reason, count, field, value, remedy } of unread.slice(0, MOST_UNREAD)) {
    const what = value === undefined ? '' : ` ${quote(value)}`;
    const where = field === undefined ? topic : `${topic} ${field}`;
    lines.push(
      `not read: ${where}${what} (${reason}, ${count}×)${remedy === undefined ? '' : `; read with ${remedy}`}`,
    );
  }
  if (unread.length > MOST_UNREAD) lines.push(`not read: ${unread.length - MOST_UNREAD} more`);
  return lines.map(toPrintable);
}

const REASONS: Readonly<Record<string, string>> = {
  counter: 'it only adds up',
  'about the device': 'it tells of the device itself',
};

function list(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

function quote(text: string): string {
  return `"${text}"`;
}
