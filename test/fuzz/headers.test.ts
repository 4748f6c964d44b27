/** Whatever stands in a header, ours or theirs, nothing throws, nothing is believed that should not be, no secret is told. */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { WebhookSection } from '../../src/delivery/destinations/webhook/section.ts';
import { outcomeOf } from '../../src/delivery/http.ts';
import { scrubberOf, secretsInUrl } from '../../src/delivery/http-secrets.ts';
import { redirectTarget } from '../../src/delivery/redirect.ts';
import { Secret } from '../../src/platform/secret.ts';
import { openSessionCookies } from '../../src/sense/session-cookies.ts';
import { isKnownHost, isSameOrigin } from '../../src/web/request-rules.ts';
import { mutated, nastyText } from './nasty.ts';
import { property } from './runs.ts';

const now = new Date('2026-11-24T10:00:00Z');
const DAY_MS = 86_400_000;
const text = (...right: string[]) =>
  fc.oneof(fc.constantFrom(...right), mutated(fc.constantFrom(...right)), nastyText);

describe('headers that are sent', () => {
  property(
    'are refused by the configuration, or can be sent as they are',
    fc.record({
      name: text('x-secret', 'X-Api-Key', 'host', '__proto__'),
      value: text('a value', 'Bearer x', 'é'),
    }),
    ({ name, value }) => {
      const written = JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`) as object;
      const parsed = WebhookSection.safeParse({
        name: 'w',
        kind: 'webhook',
        url: 'https://h',
        headers: written,
      });
      if (!parsed.success) return;
      const sent = Object.entries(parsed.data.headers);
      for (const [header, secret] of sent) {
        validateHeaderName(header);
        validateHeaderValue(header, secret.reveal());
        expect(JSON.stringify({ secret })).toBe('{"secret":"***"}');
      }
      // The library that reads the sections leaves this one name out.
      expect(sent.map(([header, secret]) => [header, secret.reveal()])).toEqual(
        name === '__proto__' ? [] : [[name, value]],
      );
    },
  );

  property(
    'are cookies that can be sent, whatever a server sets',
    fc.array(text('session=abc; Path=/; HttpOnly', 'a=', '__proto__=x'), { maxLength: 5 }),
    (setCookies) => {
      const cookies = openSessionCookies();
      cookies.keep(setCookies);
      const header = cookies.header();
      if (header === undefined) return;
      validateHeaderValue('cookie', header);
      expect(header.split('; ').length).toBeLessThanOrEqual(setCookies.length);
    },
  );
});

const origin = 'http://receiver.test:8080';
const token = 'planted0a1b2c';

describe('headers that come back', () => {
  property(
    'say how long to wait, within a day, and nothing that a terminal would obey',
    fc.record({
      status: fc.integer({ min: 100, max: 999 }),
      retryAfter: text(
        '120',
        'Sun, 06 Nov 1994 08:49:37 GMT',
        'Tuesday, 24-Nov-26 10:05:00 GMT',
        '1e3',
        '-5',
      ),
      reply: text('{"error":"no"}', 'line\r\nline', '\u001b[2Jcleared'),
      isDoubled: fc.boolean(),
    }),
    ({ status, retryAfter, reply, isDoubled }) => {
      const header = isDoubled ? [retryAfter, '1'] : retryAfter;
      const outcome = outcomeOf(status, { 'retry-after': header }, reply, now);
      expect(outcome.kind === 'accepted').toBe(status >= 200 && status < 300);
      if (outcome.kind === 'accepted') return;
      expect(outcome.detail.length).toBeLessThanOrEqual('HTTP 999: '.length + 200);
      expect(outcome.detail).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      expect(outcome.detail.isWellFormed()).toBe(true);
      const wait = outcome.kind === 'deferred' ? (outcome.retryAfterMs ?? 0) : 0;
      expect(wait >= 0 && wait <= DAY_MS).toBe(true);
    },
  );

  property(
    'lead nowhere but to the same server, and repeat no secret of the address',
    fc.record({
      status: fc.constantFrom(301, 302, 303, 304, 307, 308),
      location: fc.oneof(
        text(
          `${origin}/other`,
          `https://receiver.test/${token}`,
          `//${token}.evil.test/`,
          '/\\evil.test',
          '../x',
        ),
        fc.constant(undefined),
      ),
    }),
    ({ status, location }) => {
      const from = new URL(`${origin}/hooks/${token}`);
      const target = redirectTarget(status, location, from, scrubberOf(secretsInUrl(from)));
      if (typeof target === 'string') {
        expect(target).not.toContain(token);
        expect(target).toMatch(/^and [^\r\n]*$/);
      } else {
        expect(target.hostname).toBe('receiver.test');
        expect([origin, `https://receiver.test${target.port === '' ? '' : `:${target.port}`}`]).toContain(
          target.origin,
        );
      }
    },
  );

  property(
    'and bodies tell no secret, in whatever spelling it is echoed',
    fc.record({
      secret: fc
        .oneof(nastyText, mutated(fc.constant('a secret/+&"<ü')))
        // What it is replaced by cannot be told from it.
        .filter((one) => one.length >= 3 && !one.includes('*')),
      before: nastyText,
      after: nastyText,
      spelling: fc.constantFrom<((one: string) => string)[]>(
        (one) => one,
        (one) => JSON.stringify(one).slice(1, -1),
        (one) => encodeURIComponent(one.toWellFormed()),
        (one) => new URLSearchParams([['', one]]).toString().slice(1),
        (one) => Buffer.from(one).toString('base64'),
        (one) => one.toLowerCase(),
      ),
    }),
    ({ secret, before, after, spelling }) => {
      const scrub = scrubberOf([new Secret(secret)]);
      const echoed = spelling(secret);
      expect(scrub(`${before}${echoed}${after}`)).not.toContain(echoed);
    },
  );
});

describe('headers of a request', () => {
  const host = text(
    'localhost:8080',
    '127.0.0.1',
    '[::1]:8080',
    'sentinel.test',
    'evil.test',
    'localhost.evil.test',
  );
  property(
    'name a host that is known, or are not believed',
    fc.record({ host: fc.oneof(host, fc.constant(undefined)) }),
    ({ host: name }) => {
      const isKnown = isKnownHost(name, { listen: '127.0.0.1:8080', hosts: ['sentinel.test'] });
      if (!isKnown) return;
      const bare = name!
        .replace(/:\d+$/, '')
        .replace(/^\[|\]$/g, '')
        .toLowerCase();
      expect(/^(?:localhost|sentinel\.test|[\d.]+|[\da-f:.]+(?:%.+)?)$/s.test(bare)).toBe(true);
    },
  );

  property(
    'come from our own page only where the origin is our own',
    fc.record({
      own: host,
      origin: fc.oneof(
        text('http://localhost:8080', 'https://localhost', 'null', 'http://evil.test'),
        host.map((one) => `http://${one}`),
      ),
      site: fc.constantFrom(undefined, 'same-origin', 'same-site', 'cross-site', 'none'),
      scheme: fc.constantFrom(undefined, 'http', 'https'),
    }),
    ({ own, origin: from, site, scheme }) => {
      const isOwn = isSameOrigin({ origin: from, 'sec-fetch-site': site }, { host: own, scheme });
      if (!isOwn) return;
      expect(['same-origin', 'none', undefined]).toContain(site);
      expect(URL.parse(from)?.host).toBe(URL.parse(`${URL.parse(from)?.protocol}//${own}`)?.host);
    },
  );
});
