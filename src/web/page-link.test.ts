import { expect, it } from 'vitest';
import { hrefOf, routeOf } from '../../web/route.ts';
import { linkOfPage } from './page-link.ts';
import { WebSection } from './web-section.ts';

const linkOf = (web: unknown) => linkOfPage(WebSection.parse(web));

it('leads to the page of the site, and to the deliveries for what is about the service, below any path', () => {
  const link = linkOf({ publicUrl: 'https://licenses.example.com/sense/' })!;
  for (const site of ['prod', 'a b/c', 'Zürich #1?']) {
    expect(link(site)).toBe(`https://licenses.example.com/sense/${hrefOf({ view: 'site', site })}`);
    expect(routeOf(new URL(link(site)).hash)).toEqual({ view: 'site', site });
  }
  expect(link(null)).toBe(`https://licenses.example.com/sense/${hrefOf({ view: 'deliveries' })}`);
});

it('is none where nobody said where the page is, or it is not served', () => {
  expect(linkOf({})).toBeUndefined();
  expect(linkOf(false)).toBeUndefined();
  expect(linkOf({ enabled: false, publicUrl: 'https://a.example.com' })).toBeUndefined();
});

it.each([
  'licenses.example.com',
  'ftp://a.example.com',
  'https://u:p@a.example.com',
  'https://a.example.com/?x',
  'https://a.example.com/#/site/b',
])('refuses %s as the address of the page', (publicUrl) => {
  expect(WebSection.safeParse({ publicUrl }).success).toBe(false);
});
