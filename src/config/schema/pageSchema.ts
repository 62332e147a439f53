import * as v from 'valibot';
import { flag } from '../scalars/flag.ts';
import { integer } from '../scalars/numbers.ts';
import { pathItem } from '../scalars/pathItem.ts';
import { size } from '../scalars/sizes.ts';
import { text } from '../scalars/text.ts';
import { option } from './about.ts';

/** The page: where it listens, and whom it answers. */
export interface PageSettings {
  readonly enabled: boolean;
  /** Address of the listener, which is that of the metrics too. */
  readonly address: string;
  readonly port: number;
  /** Secret that lets a client in; undefined: every client is let in that reaches the address, or that `userHeader` names. */
  readonly token: string | undefined;
  /** Lower-case name of a header by which a proxy says who asks. */
  readonly userHeader: string | undefined;
  /** Lower-case names by which the page may be called, beside addresses, `localhost`, names in `.local` and the name of the computer. */
  readonly hosts: readonly string[];
  /** Path below which a proxy asks that leaves it in the addresses, without a slash at its end; undefined: none does. */
  readonly base: string | undefined;
  /** Bytes of the history of all streams. */
  readonly memory: number;
}

const LEAST_TOKEN = 12;
const MOST_HOSTS = 32;
/** Segments of letters, digits, and what needs no encoding; none of dots alone. */
const BASE = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)+\/?$/;
const OWN_PATHS: ReadonlySet<string> = new Set(['api', 'metrics', 'healthz', 'readyz', 'version']);
const HEADER = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;
const HOST = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$/;

const address = v.pipe(
  v.string('expected an address of this computer, such as 127.0.0.1 or 0.0.0.0 (all)'),
  v.union(
    [v.pipe(v.string(), v.ip()), v.literal('localhost')],
    'expected an address of this computer, such as 127.0.0.1 or 0.0.0.0 (all)',
  ),
  v.metadata({ kind: 'IP address, or localhost' }),
);

const token = v.pipe(
  text(512),
  v.minLength(LEAST_TOKEN, `must have at least ${LEAST_TOKEN} characters, so that nobody guesses it`),
  v.regex(/^[\x21-\x7e]+$/, 'must consist of visible ASCII characters without blanks: it goes into a header'),
);

const userHeader = v.pipe(
  text(64),
  v.regex(HEADER, 'expected the name of a header, such as X-Remote-User-Name'),
  v.transform((name) => name.toLowerCase()),
);

const hosts = v.pipe(
  v.array(
    v.pipe(
      text(253),
      v.regex(HOST, 'expected the name of a host, without port'),
      v.transform((name) => name.toLowerCase()),
    ),
  ),
  v.maxLength(MOST_HOSTS, `at most ${MOST_HOSTS} names`),
  v.metadata({ kind: 'list of host names' }),
);

const base = v.pipe(
  text(256),
  v.regex(BASE, 'expected a path that begins with a slash, such as /tidegate'),
  v.transform((path) => path.replace(/\/$/, '')),
  v.check(
    (path) => !OWN_PATHS.has(path.split('/')[1]),
    `must not begin with ${[...OWN_PATHS].join(', ')}: the page has addresses of that name`,
  ),
  v.metadata({ kind: 'path' }),
);

const object = v.strictObject({
  enabled: v.pipe(
    v.optional(flag(), 'on'),
    option('restart', 'Enabled', 'Serves the page and its API. What they show is loaded with the first request.'),
  ),
  address: v.pipe(
    v.optional(address, '127.0.0.1'),
    option(
      'restart',
      'Address',
      'Where the page listens. Every address but those of this computer alone (`127.0.0.1`, `::1`) needs `token` or `user_header`.',
    ),
  ),
  port: v.pipe(v.optional(integer(1, 65_535), 8099), option('restart', 'Port', 'TCP port of the page.')),
  token: v.pipe(
    v.optional(token),
    option(
      'live',
      'Token',
      'Secret of at least 12 characters that the page asks for once, and that programs send as `Authorization: Bearer`. Best with `!env` or `!file`.',
    ),
  ),
  user_header: v.pipe(
    v.optional(userHeader),
    option(
      'live',
      'User header',
      'Header by which a proxy says who has logged in there, such as `X-Remote-User-Name`: whoever comes with it is let in. Only where nobody but the proxy reaches the address, for anybody can send a header.',
    ),
  ),
  hosts: v.pipe(
    v.optional(hosts, []),
    option(
      'live',
      'Hosts',
      'Names by which the page may be called, beside addresses, `localhost`, names in `.local` and the name of the computer. Others are refused: a web page of a stranger could point its own name at this address.',
    ),
  ),
  base: v.pipe(
    v.optional(base),
    option(
      'live',
      'Base',
      'Path below which a proxy asks for the page where it leaves that path in the addresses, such as `/tidegate`. A proxy that takes it away needs none: all addresses of the page are relative. Both ways work at once.',
    ),
  ),
  memory: v.pipe(
    v.optional(size('64KB', '64MB'), '2MB'),
    option(
      'restart',
      'Memory',
      'For the history of all streams, in equal parts. With many streams each has fewer readings in full and fewer rows of the time before; never is it more.',
    ),
  ),
});

export const pageSchema: v.GenericSchema<unknown, PageSettings> = v.pipe(
  object,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { value } = dataset;
    // Without the page the metrics are at the address.
    if (isLoopback(value.address) || value.token !== undefined || value.user_header !== undefined) return;
    addIssue({
      message: 'is reached by other computers: needs page.token, or page.user_header behind a proxy that sets it',
      path: [pathItem(value, 'address')],
    });
  }),
  v.transform(
    ({ user_header: header, token: secret, base: path, ...others }): PageSettings => ({
      ...others,
      base: path,
      token: secret,
      userHeader: header,
    }),
  ),
);

/** Only this computer reaches the address. */
function isLoopback(ip: string): boolean {
  return ip === 'localhost' || ip === '::1' || /^127\./.test(ip);
}
