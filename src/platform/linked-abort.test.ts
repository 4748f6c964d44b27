import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { linkedAbort } from './linked-abort.ts';

it('stops when one of its parents does, for the same reason', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const linked = linkedAbort(first.signal, second.signal);
  expect(linked.signal.aborted).toBe(false);
  second.abort('shutting down');
  expect(linked.signal).toMatchObject({ aborted: true, reason: 'shutting down' });
});

it('is stopped from the start when a parent already is', () => {
  expect(linkedAbort(AbortSignal.abort('too late')).signal).toMatchObject({
    aborted: true,
    reason: 'too late',
  });
});

it('stops alone, and its parents go on', () => {
  const parent = new AbortController();
  const linked = linkedAbort(parent.signal);
  linked.abort('took too long');
  expect(linked.signal.reason).toBe('took too long');
  expect(parent.signal.aborted).toBe(false);
});

it('leaves nothing behind at a parent that lives long', () => {
  const parent = new AbortController();
  linkedAbort(parent.signal).release();
  expect(getEventListeners(parent.signal, 'abort')).toHaveLength(0);
});
