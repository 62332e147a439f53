import { Shell } from './shell/shell.ts';
import { makeView } from './views/makeView.ts';

new Shell(makeView).start();
