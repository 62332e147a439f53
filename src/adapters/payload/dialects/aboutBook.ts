import type { Report } from '../../../domain/events.ts';
import type { About } from '../../../domain/streamSpec.ts';
import { createRecentMap } from '../recentMap.ts';

/** Declarations of devices about their readings, by sender and path. Bounded; a stream that lives keeps its own. */
export interface AboutBook {
  /** One object for each name, which later declarations change. */
  of(sender: string, path: string | undefined): About;
  declare(sender: string, path: string | undefined, told: About): void;
  /** Takes over what is told into an object that `of` has given. */
  renew(about: About, sender: string, told: About): void;
}

const MOST_NAMES = 16_384;
const LONGEST_NAME = 1024;
/** A unit is a few letters. What is longer is a text that means something else. */
const LONGEST_WORD = 32;
/** Controls, halves of characters, and the character that stands for bytes that are no text. */
const NO_TEXT = /[\p{Cc}\p{Cs}\p{Cn}\uFFFD]/u;

export function createAboutBook(report: Report): AboutBook {
  const names = createRecentMap<string, About>(MOST_NAMES);
  const of = (sender: string, path: string | undefined): About => {
    const name = `${sender}\0${path ?? ''}`;
    const known = names.get(name);
    if (known !== undefined) return known;
    const about: About = { unit: undefined, deviceClass: undefined };
    if (name.length <= LONGEST_NAME) names.set(name, about);
    return about;
  };
  const renew = (about: About, sender: string, { unit, deviceClass }: About): void => {
    const { unit: unitBefore, deviceClass: classBefore } = about;
    if (isWord(unit)) about.unit = unit.trim();
    if (isWord(deviceClass)) about.deviceClass = deviceClass.trim();
    if (about.unit !== unitBefore || about.deviceClass !== classBefore)
      report({ type: 'SensorDeclared', topic: sender });
  };
  return { of, renew, declare: (sender, path, told) => renew(of(sender, path), sender, told) };
}

function isWord(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '' && text.length <= LONGEST_WORD && !NO_TEXT.test(text);
}
