/** Whatever a server answers, it is an answer or a failure with a reason; it throws nothing and sets nothing. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { readLicense } from '../../src/license/read-license.ts';
import { resultOfBody } from '../../src/sense/answer.ts';
import {
  aboutQuestion,
  licenseQuestion,
  systemInfoQuestion,
  systemInfoViaProxyQuestion,
} from '../../src/sense/question.ts';
import { lefLicense, signedLicense } from '../../src/simulator/license-text.ts';
import { deep, mutated, nastyJson, nastyText } from './nasty.ts';
import { property } from './runs.ts';

const secret = 'planted-in-the-reply';
const license = signedLicense({ endDate: '2027-02-05', rendering: 'dmy', lineEnd: '\r\n' });
const versionReply = {
  senseId: 'qliksenseserver:14.254.6',
  version: '14.254.6',
  releaseLabel: 'May 2026 Patch 2',
  buildVersion: '38.35.0.0',
};
const right = [
  JSON.stringify({ ...license, name: secret }),
  JSON.stringify({ ...lefLicense({ maintenanceEnd: '2027-05-06' }), organization: secret }, null, 2),
  JSON.stringify({ schemaPath: 'License', constructor: secret }),
  JSON.stringify({ ...versionReply, key: secret }),
  'null',
  `<html><head><title>${secret}</title></head></html>`,
];
const names = [...Object.keys(license), 'lef', 'check', 'schemaPath', ...Object.keys(versionReply)];

const body = fc.oneof(
  { weight: 10, arbitrary: mutated(fc.constantFrom(...right)) },
  { weight: 10, arbitrary: nastyJson(names) },
  { weight: 3, arbitrary: nastyText },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: deep.map((value) => `{"serial":"1","keyDetails":${value}}`) },
);
const cases = fc.record({
  body,
  contentType: fc.oneof(fc.constantFrom('application/json', 'text/html', ''), nastyText),
  viaProxy: fc.boolean(),
  question: fc.constantFrom(
    licenseQuestion,
    licenseQuestion,
    systemInfoQuestion,
    systemInfoViaProxyQuestion,
    aboutQuestion,
  ),
});
const settings = {
  now: new Date('2026-11-24T10:00:00Z'),
  timeZone: 'UTC',
  dateOrder: 'auto',
  perpetual: false,
  manualEndDate: null,
} as const;

describe('the body of a reply', () => {
  property('is an answer, or a failure from the list that repeats nothing of it', cases, (one) => {
    const asked = { host: 'sense', port: 4242, viaProxy: one.viaProxy };
    const result = resultOfBody<unknown>(one.body, one.contentType, asked, one.question);
    if (result.kind === 'failed') {
      expect(['not-json', 'not-a-license', 'not-a-version']).toContain(result.reason);
      expect(result.detail).toMatch(/^sense:4242 answers with [ -~]+$/);
      expect(result.detail).not.toContain(secret);
    } else if (one.question === licenseQuestion) {
      const { reply } = result.value as { reply: Parameters<typeof readLicense>[0] };
      for (const value of Object.values(reply ?? {})) {
        expect(value === null || ['string', 'boolean'].includes(typeof value)).toBe(true);
      }
      expect(JSON.stringify(readLicense(reply, settings))).not.toContain(secret);
    } else {
      for (const value of Object.values(result.value as object)) {
        expect(value === null || (typeof value === 'string' && value.isWellFormed())).toBe(true);
      }
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
