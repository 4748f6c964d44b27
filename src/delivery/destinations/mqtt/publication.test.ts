import { expect, it } from 'vitest';
import { alertMessage, statusMessage } from '../../../../test/fakes/messages.ts';
import { payloadOf } from '../../payload.ts';
import { packetBytes, publicationOf } from './publication.ts';

const settings = { topics: { status: '{site}/s', alert: '{site}/a' }, retainStatus: true };

it('carries the common JSON, its type and the id by which receivers know it again', () => {
  const message = statusMessage();
  const publication = publicationOf(message, settings);
  expect(JSON.parse(publication.payload.toString())).toEqual(JSON.parse(JSON.stringify(payloadOf(message))));
  expect(publication.properties).toEqual({
    contentType: 'application/json',
    payloadFormatIndicator: true,
    userProperties: { id: message.id },
  });
});

it('lets the broker keep a status, never an alert', () => {
  expect(publicationOf(statusMessage(), settings).retain).toBe(true);
  expect(publicationOf(statusMessage(), { ...settings, retainStatus: false }).retain).toBe(false);
  expect(publicationOf(alertMessage(), settings).retain).toBe(false);
});

it.each([
  // Header 1, length 1, topic 2 + 1, packet id 2, no properties 1.
  ['a short text', { topic: 'a', payload: Buffer.from('online'), retain: true }, 8 + 6],
  // One byte more of payload makes the remaining length 128, which takes two bytes.
  ['up to a length of one byte', { topic: 'a', payload: Buffer.alloc(121), retain: true }, 1 + 1 + 127],
  ['beyond it', { topic: 'a', payload: Buffer.alloc(122), retain: true }, 1 + 2 + 128],
  [
    'up to a length of two bytes',
    { topic: 'a', payload: Buffer.alloc(16_377), retain: true },
    1 + 2 + 16_383,
  ],
  ['beyond two', { topic: 'a', payload: Buffer.alloc(16_378), retain: true }, 1 + 3 + 16_384],
  ['up to three', { topic: 'a', payload: Buffer.alloc(2_097_145), retain: true }, 1 + 3 + 2_097_151],
  ['beyond three', { topic: 'a', payload: Buffer.alloc(2_097_146), retain: true }, 1 + 4 + 2_097_152],
  [
    'properties',
    {
      topic: 'a',
      payload: Buffer.alloc(1),
      retain: true,
      properties: { contentType: 'x', payloadFormatIndicator: true, userProperties: { id: '1' } },
    } as const,
    // Format 2, content type 1 + 2 + 1, user property 1 + (2 + 2) + (2 + 1).
    8 + 1 + 2 + 4 + 8,
  ],
])('measures %s', (_, publication, bytes) => {
  expect(packetBytes(publication)).toBe(bytes);
});
