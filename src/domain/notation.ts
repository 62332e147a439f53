/** The mark before the decimals; the other one, like blanks and apostrophes, may part thousands. */
export type DecimalMark = 'point' | 'comma';

/** Way in which the numbers of a sensor are written where it sends them as texts. */
export interface Notation {
  /** A unit behind the number, a decimal comma and marks between thousands are read. */
  readonly isLenient: boolean;
  /** Meaning of `1,210`; undefined: it could be either, which is no number. */
  readonly decimal: DecimalMark | undefined;
}

/** The number and nothing else, with a decimal point. */
export const STRICT_NOTATION: Notation = { isLenient: false, decimal: undefined };

/** Part of a notation that one field has of its own; undefined: that of `base`. */
export interface NotationRule {
  readonly parse?: 'strict' | 'lenient' | undefined;
  readonly decimal?: 'auto' | DecimalMark | undefined;
}

export function narrowNotation(base: Notation, { parse, decimal }: NotationRule): Notation {
  return {
    isLenient: parse === undefined ? base.isLenient : parse === 'lenient',
    decimal: decimal === undefined ? base.decimal : decimal === 'auto' ? undefined : decimal,
  };
}
