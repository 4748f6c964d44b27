import { expect, it } from 'vitest';
import { WebhookSection } from './section.ts';

const section = (settings: object) =>
  WebhookSection.safeParse({ kind: 'webhook', name: 'hook', url: 'http://h', ...settings });
const problems = (settings: object) =>
  section(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
/** Of a key, its words are below those of the record. */
const wordsAbout = (header: string) => JSON.stringify(section({ headers: { [header]: 'x' } }).error?.issues);

it('POSTs without further headers unless told otherwise', () => {
  expect(WebhookSection.parse({ kind: 'webhook', name: 'hook', url: 'http://h' })).toMatchObject({
    method: 'POST',
    headers: {},
    verify: true,
  });
});

it('refuses a bearer token beside user and password, and points to the latter', () => {
  expect(problems({ bearerToken: 'a', basic: { user: 'u', password: 'p' } })).toEqual([
    'basic: set bearerToken or basic, not both',
  ]);
});

it.each(['Authorization', 'host', 'TE', 'Webhook-Id', 'webhook-signature', 'Idempotency-Key'])(
  'refuses the header %s, which the service sets itself',
  (name) => {
    expect(wordsAbout(name)).toContain(
      'this header is set by the service; for Authorization use bearerToken or basic',
    );
  },
);

it.each([
  'X-Host',
  'X-Authorization',
  'Hosted-By',
  'Team',
  'Webhook-Id-2',
  'User-Agent',
  "a!#$%&'*+.^_`|~-9",
])('takes the header %s', (name) => {
  expect(problems({ headers: { [name]: 'x' } })).toEqual([]);
});

it.each(['', 'a b', 'a:', ' a', 'a\n', 'ö'])('refuses the header %j, which is none', (name) => {
  expect(wordsAbout(name)).toContain('not a name of an HTTP header');
});
