import type { Mark } from '../words/mark.ts';
import { draw } from './make.ts';

/** A circle, a diamond, a triangle or a bar. The words beside it say the same. */
export function mark(kind: Mark): SVGSVGElement {
  return draw('svg', { class: `mark ${kind}`, viewBox: '0 0 12 12', 'aria-hidden': 'true' }, shapeOf(kind));
}

function shapeOf(kind: Mark): SVGElement {
  switch (kind) {
    case 'good':
      return draw('circle', { cx: 6, cy: 6, r: 4.5 });
    case 'warning':
      return draw('path', { d: 'M6 .5 11.500 6 6 11.500 .5 6z' });
    case 'alarm':
      return draw('path', { d: 'M6 1 11.500 11H.5z' });
    case 'idle':
      return draw('rect', { x: 1, y: 5, width: 10, height: 2.4 });
  }
}
