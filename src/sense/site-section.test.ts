import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { SiteSection } from './site-section.ts';

const small = { name: 'prod', host: 'sense.example.com', certificates: '/certs' };

function problemsOf(section: unknown): string[] {
  const parsed = SiteSection.safeParse(section);
  return parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

describe('the section of a site', () => {
  it('needs a name, a host and certificates, and has a default for all else', () => {
    expect(SiteSection.parse(small)).toEqual({
      name: 'prod',
      hosts: ['sense.example.com'],
      port: 4242,
      versionPort: 9032,
      certificates: '/certs',
      user: 'UserDirectory=INTERNAL; UserId=sa_repository',
      tls: { verify: true },
      timeout: 10_000,
      check: 'every 6 hours',
      version: { enabled: true, check: 'every 24 hours' },
      timeZone: 'UTC',
      dateOrder: 'auto',
      perpetual: false,
      tags: {},
    });
  });

  it('keeps the order of several hosts', () => {
    const { host: _, ...rest } = small;

    expect(SiteSection.parse({ ...rest, hosts: ['central', '10.0.0.2', '[fd00::1]'] }).hosts).toEqual([
      'central',
      '10.0.0.2',
      'fd00::1',
    ]);
  });

  it('takes a proxy instead of client certificates', () => {
    const parsed = SiteSection.parse({ name: 'p', host: 'h', proxy: { jwt: 'a.b.c', prefix: '/jwt/' } });

    expect(parsed.proxy).toMatchObject({ prefix: 'jwt', port: 443 });
    expect(JSON.stringify(parsed)).not.toContain('a.b.c');
  });

  it('takes one fingerprint or several, with or without colons', () => {
    const hex = 'AB'.repeat(32);
    const colons = hex.match(/../g)!.join(':');

    expect(SiteSection.parse({ ...small, tls: { sha256: colons } }).tls.sha256).toEqual([hex.toLowerCase()]);
    expect(SiteSection.parse({ ...small, tls: { sha256: [hex, colons] } }).tls.sha256).toHaveLength(2);
  });

  it('takes a ladder of its own, as a number or a list', () => {
    expect(SiteSection.parse({ ...small, thresholdDays: 60 }).thresholdDays).toEqual([60]);
    expect(SiteSection.parse({ ...small, thresholdDays: [7, 30, 7] }).thresholdDays).toEqual([30, 7]);
  });

  it.each<[string, object, RegExp]>([
    ['no host', { host: undefined }, /host: say which machine/],
    ['both host and hosts', { hosts: ['a'] }, /hosts: give either/],
    ['a URL as host', { host: 'https://sense.example.com' }, /host: write the name or address/],
    ['a host with a port', { host: 'sense:4242' }, /host: write the name or address/],
    ['no certificates', { certificates: undefined }, /certificates: give the folder/],
    ['files without a key', { certificates: { cert: 'c', ca: 'r' } }, /certificates.key: is needed/],
    ['a key that does not exist', { cretificates: 'x' }, /cretificates/],
    ['a name with a blank', { name: 'my site' }, /name: use letters/],
    ['a header with a line break', { user: 'a\r\nx: y' }, /user: must be one line/],
    ['a token with a line break', { proxy: { jwt: 'a\nb' } }, /proxy.jwt: must be one line/],
    ['a day that is none', { manualEndDate: '2027-02-30' }, /manualEndDate: not a date/],
    [
      'a perpetual license with an end',
      { manualEndDate: '2027-02-03', perpetual: true },
      /perpetual license/,
    ],
    ['a zone that is none', { timeZone: 'Mars/Olympus' }, /timeZone: not a known time zone/],
    ['a time limit of nothing', { timeout: '0 s' }, /timeout: must be between/],
    [
      'an address as the name of the server',
      { tls: { serverName: '10.0.0.5' } },
      /tls.serverName: must be a name/,
    ],
    ['a pin of the wrong length', { tls: { sha256: 'abcd' } }, /tls.sha256/],
  ])('refuses %s', (_, change, problem) => {
    expect(problemsOf({ ...small, ...change }).join('\n')).toMatch(problem);
  });

  it('never shows a refused token', () => {
    expect(problemsOf({ ...small, proxy: { jwt: 'planted secret' } }).join()).not.toContain('planted');
  });

  it('describes every field, because the reference is made of it', () => {
    const schema = z.toJSONSchema(SiteSection, { io: 'input' });

    expect(undescribed(schema as Node, 'site')).toEqual([]);
  });
});

interface Node {
  readonly description?: string;
  readonly properties?: Record<string, Node>;
  readonly anyOf?: readonly Node[];
}

function undescribed(node: Node, at: string): string[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([key, child]) => [
    ...(child.description ? [] : [`${at}.${key}`]),
    ...undescribed(child, `${at}.${key}`),
  ]);
  return [...own, ...(node.anyOf ?? []).flatMap((child) => undescribed(child, at))];
}
