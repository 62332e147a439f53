/**
 * Text from outside (topics, units) as it may be printed: control characters, line separators and the marks that turn the
 * writing direction become `�`, so that no name can move the cursor, colour the screen or forge a line.
 */
export function toPrintable(text: string): string {
  return text.replace(UNPRINTABLE, '�');
}

const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
