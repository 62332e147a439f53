import stringWidth from 'string-width';

const GRAPHEMES = new Intl.Segmenter('en');

/** The text in at most `width` columns; what does not fit ends in `…`. No character is cut in two, however many code points it has. */
export function fitText(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  if (width <= 0) return '';
  let kept = '';
  for (const { segment } of GRAPHEMES.segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
