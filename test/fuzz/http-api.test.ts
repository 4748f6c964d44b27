/** Whatever is asked of the API, it answers in order, shows nothing without a login, and acts for nobody who may not. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { idleLane } from '../../src/store/store.ts';
import { operations } from '../../src/web/openapi.ts';
import { WebSection } from '../../src/web/web-section.ts';
import { alertMessage, routed } from '../fakes/messages.ts';
import { reading } from '../fakes/readings.ts';
import { type Rig, startRig, storeCheck } from '../web/rig.ts';
import { mutated, nastyJson, nastyText, prototypeNames } from './nasty.ts';
import { property } from './runs.ts';

const SITE = 'planted-site';
const readToken = 'a-token-to-look-with';
const actToken = 'a-token-to-act-with';
const auth = {
  tokens: [
    { name: 'reader', secret: readToken },
    { name: 'actor', secret: actToken, role: 'act' },
  ],
};

const name = fc.oneof(
  fc.constantFrom(SITE, 'oncall', ...prototypeNames, '1', '2', '', '..', '%00'),
  nastyText.map((text) => encodeURIComponent(text.toWellFormed())),
);
/** All but the one that never ends. */
const knownPath = fc
  .tuple(
    fc.constantFrom(...operations.map(({ path }) => path).filter((path) => !path.endsWith('events'))),
    name,
    name,
  )
  .map(([path, first, second]) => path.replace(/\{\w+\}/, () => first).replace(/\{\w+\}/, () => second));
const path = fc.oneof(
  { weight: 4, arbitrary: knownPath },
  { weight: 2, arbitrary: mutated(knownPath) },
  { weight: 1, arbitrary: nastyText.map((text) => `/${text}`) },
);
const query = fc
  .array(fc.tuple(fc.constantFrom('limit', 'before', 'after', 'site', 'by', ...prototypeNames), name), {
    maxLength: 3,
  })
  .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.map((pair) => pair.join('=')).join('&')}`));
const rightBody = JSON.stringify({
  by: 'me',
  why: 'ordered',
  until: '2026-12-01',
  coverExpiredAndBlocked: true,
});
const body = fc.oneof(
  fc.constantFrom(undefined, undefined, rightBody, '{}', '[]', 'null'),
  mutated(fc.constant(rightBody)),
  nastyJson(['by', 'why', 'until', 'coverExpiredAndBlocked']),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth)),
);
const login = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(`Bearer ${readToken}`, `Bearer ${actToken}`, undefined) },
  {
    weight: 1,
    arbitrary: mutated(fc.constantFrom(`Bearer ${readToken}`, `Basic ${btoa(`actor:${readToken}`)}`)),
  },
  { weight: 1, arbitrary: nastyText },
);
const headers = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'accept',
        'content-type',
        'cookie',
        'forwarded',
        'if-none-match',
        'origin',
        'range',
        'sec-fetch-site',
        'x-forwarded-for',
        'x-forwarded-host',
        'x-forwarded-proto',
        'x-http-method-override',
      ),
      fc.oneof(
        nastyText,
        fc.constantFrom('application/json', 'http://localhost', 'same-origin', '*', 'W/""'),
      ),
    ),
    { maxLength: 3 },
  )
  .map((pairs): Record<string, string> => Object.fromEntries(pairs));

const cases = fc.record({
  method: fc.constantFrom(
    'GET',
    'GET',
    'HEAD',
    'POST',
    'DELETE',
    'PUT',
    'PATCH',
    'OPTIONS',
    'TRACE',
    'QUERY',
  ),
  // What is no address at all cannot be injected; test/web/attacks.test.ts sends such over a socket.
  path: fc
    .tuple(path, query)
    .map((parts) => parts.join(''))
    .filter((target) => target !== '' && URL.canParse(target, 'http://localhost')),
  body,
  login,
  headers,
  // Each asks from elsewhere, or the first wrong logins would shut out all others.
  remoteAddress: fc.nat(0xffffff).map((one) => `10.${one >> 16}.${(one >> 8) & 255}.${one & 255}`),
});

let rig: Rig;
const failures: unknown[] = [];
beforeAll(async () => {
  const note = (...line: unknown[]) => void failures.push(line);
  const ignore = () => undefined;
  rig = await startRig(
    {
      section: WebSection.parse({ auth }),
      logger: { debug: ignore, info: ignore, warn: ignore, error: note },
    },
    [SITE],
  );
  await storeCheck(rig.watched, rig.clock.now().getTime(), SITE, reading());
  await bury();
});
afterAll(() => rig.close());

/** Letters that only a login with the role act may drop. */
async function bury(): Promise<void> {
  const { store } = rig.watched;
  const letters = [1, 2, 3].map((index) =>
    routed(alertMessage({ site: SITE, id: `dead-${index}` }), 'oncall'),
  );
  await store.enqueue(letters, rig.clock.now().getTime());
  const rows = await store.nextRows('oncall', 100, 0);
  await store.settle({
    destination: 'oncall',
    at: rig.clock.now().getTime(),
    settlements: rows.map(({ seq }) => ({
      seq,
      result: { kind: 'dead' as const, reason: 'refused', detail: 'HTTP 400' },
    })),
    lane: idleLane,
    messages: [],
  });
}

describe('a request', () => {
  property('of any kind is answered in order and within the rights of who asks', cases, async (one) => {
    const { login: authorization, ...rest } = one;
    const answer = await rig.app.inject({
      method: one.method as 'GET',
      url: one.path,
      remoteAddress: one.remoteAddress,
      headers: {
        host: 'localhost:8080',
        ...rest.headers,
        ...(authorization !== undefined && { authorization }),
      },
      ...(one.body !== undefined && { payload: one.body }),
    });
    expect([failures.splice(0), answer.statusCode >= 500 && answer.statusCode !== 503]).toEqual([[], false]);
    expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.body).not.toContain(actToken);
    if (answer.statusCode >= 400 && one.method !== 'HEAD' && answer.statusCode !== 503) {
      expect(answer.json()).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
    }
    const role = roleOf(authorization);
    if (role === undefined) expect(answer.body).not.toContain(`"${SITE}"`);
    if (role !== 'act' && !['GET', 'HEAD'].includes(one.method))
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  });
});

function roleOf(authorization: string | undefined): 'read' | 'act' | undefined {
  const [, scheme = '', credentials = ''] = /^(bearer|basic) +(\S+)$/i.exec(authorization ?? '') ?? [];
  const secret = scheme.toLowerCase() === 'bearer' ? credentials : undefined;
  if (secret === actToken) return 'act';
  return secret === readToken ? 'read' : undefined;
}
