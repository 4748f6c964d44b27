/** What is wrong with what became of a run that was killed, in words; nothing, if all is well. */
import { isDeepStrictEqual } from 'node:util';
import { messageEncoder } from '../../src/delivery/destinations/influxdb/message-encoder.ts';
import { payloadOf } from '../../src/delivery/payload.ts';
import type { Message } from '../../src/store/message.ts';
import { keyOf, type Ordeal } from './ordeal.ts';
import { destinations } from './stage.ts';

const lineOf = messageEncoder({ tags: {}, measurementTags: {}, siteTag: true });

/** What a destination has to get of a message, byte for byte. */
const textFor = (destination: string, message: Message) =>
  destination === 'metrics' ? lineOf(message) : JSON.stringify(payloadOf(message));

/** @param undisturbed the same story without a kill; undefined where the state may differ, as after a full disk */
export function verdict(ordeal: Ordeal, undisturbed: Ordeal | undefined): readonly string[] {
  return [
    ...lost(ordeal),
    ...sentBeforeCommitted(ordeal),
    ...destinations.flatMap((destination) => misdelivered(ordeal, destination)),
    ...(undisturbed === undefined || isDeepStrictEqual(ordeal.remains.state, undisturbed.remains.state)
      ? []
      : [
          `another state than after an undisturbed run: ${difference(undisturbed.remains.state, ordeal.remains.state)}`,
        ]),
    ...(ordeal.lastCode === 0 ? [] : [`the last run ended with code ${ordeal.lastCode}`]),
  ];
}

/** What was committed has to be settled in the end, unchanged. Whether it arrived is seen below. */
function lost({ committed, remains }: Ordeal): readonly string[] {
  return committed.flatMap(({ destination, message }) => {
    const receipt = remains.receipts.find(
      (each) => each.destination === destination && each.message.id === message.id,
    );
    if (receipt === undefined) return [`lost: ${destination} "${message.title}"`];
    return isDeepStrictEqual(receipt.message, message) ? [] : [`changed: ${destination} "${message.title}"`];
  });
}

function sentBeforeCommitted({ before, committed }: Ordeal): readonly string[] {
  const known = new Set(committed.map(({ destination, message }) => keyOf(destination, message.id)));
  return before
    .filter(({ destination, id }) => !known.has(keyOf(destination, id)))
    .map(({ destination, text }) => `sent before it was committed: ${destination} ${text}`);
}

/** All that was settled since the story began, and nothing else, has to have arrived, in order and byte for byte. */
function misdelivered({ remains, arrivals, settledBefore }: Ordeal, destination: string): readonly string[] {
  const here = arrivals.filter((each) => each.destination === destination);
  const settled = remains.receipts.filter(
    (each) => each.destination === destination && !settledBefore.has(keyOf(destination, each.message.id)),
  );
  const texts = new Map(settled.map(({ message }) => [message.id, textFor(destination, message)]));
  const untrue = here.filter(({ id, text }) => texts.get(id) !== text);
  const refused = settled.filter(
    ({ message, result }) =>
      here.some(({ id, isAccepted }) => id === message.id && isAccepted) !== (result.kind === 'accepted'),
  );
  const came = [...new Set(here.map(({ id }) => id))];
  return [
    ...untrue.map(({ text }) => `invented or changed: ${destination} ${text}`),
    ...refused.map(
      ({ message, result }) => `noted as ${result.kind}, but was not: ${destination} "${message.title}"`,
    ),
    ...(isDeepStrictEqual(came, [...texts.keys()])
      ? []
      : [
          `${destination} got ${JSON.stringify(came)}, in the lane were ${JSON.stringify([...texts.keys()])}`,
        ]),
  ];
}

/** The first path at which two states differ. */
function difference(expected: unknown, actual: unknown, path = ''): string {
  if (isDeepStrictEqual(expected, actual)) return '';
  if (typeof expected !== 'object' || typeof actual !== 'object' || expected === null || actual === null) {
    return `${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`;
  }
  const [one, other] = [expected, actual] as Record<string, unknown>[];
  for (const key of new Set([...Object.keys(one!), ...Object.keys(other!)])) {
    const found = difference(one![key], other![key], `${path}/${key}`);
    if (found !== '') return found;
  }
  return `${path}: differs`;
}
