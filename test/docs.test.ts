/** The reference pages against the code, both ways. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { severities } from '../src/alert/notice.ts';
import { deliveryFailureReasons } from '../src/delivery/destination.ts';
import { eventNames, payloadOf } from '../src/delivery/payload.ts';
import { checkFailureReasons } from '../src/license/observation.ts';
import { pointOfAlert, pointOfCheck, pointOfVersion } from '../src/license/points.ts';
import { type ProductVersion, productTexts } from '../src/license/product-version.ts';
import { licenseStates, remarks } from '../src/license/reading.ts';
import { alertMessage } from './fakes/messages.ts';

const page = (name: string) => readFileSync(join(import.meta.dirname, '../docs', name), 'utf8');

/** The first cells of the table under a heading or after a line, with their back-ticks removed. */
function firstCells(text: string, after: string): string[] {
  const start = text.indexOf(after);
  expect(start, `"${after}" is on the page`).toBeGreaterThanOrEqual(0);
  const lines = text.slice(start + after.length).split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  const table = lines.slice(first, first + lines.slice(first).findIndex((line) => !line.startsWith('|')));
  return table.slice(2).map((row) => row.split('|')[1]!.trim().replaceAll('`', ''));
}

describe('docs/messages.md lists', () => {
  const text = page('messages.md');

  it('every key of the JSON, in its order', () => {
    expect(firstCells(text, '## Webhook and MQTT: JSON')).toEqual(Object.keys(payloadOf(alertMessage())));
  });

  it('every kind with its event', () => {
    expect(firstCells(text, '## Kinds of messages').sort()).toEqual(Object.keys(eventNames).sort());
    for (const [kind, event] of Object.entries(eventNames))
      expect(text).toContain(`| \`${kind}\` | \`${event}\` |`);
  });

  it('every state, remark and severity', () => {
    expect(firstCells(text, '## States of a license')).toEqual([...licenseStates]);
    expect(firstCells(text, '## Remarks')).toEqual([...remarks]);
    for (const severity of severities) expect(text).toContain(severity);
  });

  it('every measurement with all its fields', () => {
    const check = pointOfCheck({
      site: 'prod',
      tags: {},
      at: 0,
      reachable: true,
      license: {
        state: 'valid',
        expired: false,
        endDate: '2027-05-06',
        daysLeft: 1,
        readingAgeSeconds: 0,
        acknowledged: false,
      },
    });
    const facts = { id: 'x', kind: 'expiring', severity: 'info', title: 'x', daysLeft: 1, rung: 1 };
    const alert = pointOfAlert({ site: 'prod', tags: {}, at: 0, ...facts });
    const names = [...productTexts, 'repositoryVersion'].map((name) => [name, 'x']);
    const version = pointOfVersion({
      site: 'prod',
      tags: {},
      at: 0,
      version: { ...Object.fromEntries(names), source: 'about-service' } as ProductVersion,
    });
    for (const point of [check, alert, version]) {
      const listed = firstCells(text, `\`${point.measurement}\`, `);
      expect(listed.sort()).toEqual(Object.keys(point.fields).sort());
      for (const tag of Object.keys(point.tags)) expect(text).toContain(`\`${tag}\``);
    }
  });
});

describe('docs/errors.md has a heading for', () => {
  const headings = [...page('errors.md').matchAll(/^### (.+)$/gm)].map(([, heading]) => heading!);

  it('every reason of a failed check, every reason of a failed delivery, every code, and nothing else', () => {
    const codes = [
      'CONFIG_INVALID',
      'STORE_LOCKED',
      'STORE_UNUSABLE',
      'STORE_TOO_NEW',
      'STORE_FULL',
      'STORE_CLOSED',
    ];
    expect(headings).toEqual([
      ...checkFailureReasons,
      ...deliveryFailureReasons.map((reason) => `destination: ${reason}`),
      ...codes,
    ]);
  });
});
