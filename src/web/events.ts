/** Server-sent events: a word to every open page that something was stored. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../platform/clock.ts';
import type { ChangedEvent } from './api.ts';

const MOST_READERS = 200;
const HEARTBEAT_MS = 20_000;
/** What a reader that does not keep up may leave unread; it comes back by itself and reads anew. */
const MOST_UNREAD_BYTES = 65_536;

export interface Events {
  isFull(): boolean;
  /** Takes over the answer. */
  add(response: ServerResponse): void;
  tell(event: ChangedEvent): void;
  readers(): number;
  close(): void;
}

/** @param signal ends the heartbeat */
export function openEvents(clock: Clock, signal: AbortSignal): Events {
  const readers = new Set<ServerResponse>();

  function write(text: string): void {
    for (const reader of readers) {
      if (reader.writableLength > MOST_UNREAD_BYTES) reader.destroy();
      else reader.write(text);
    }
  }

  async function beat(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(HEARTBEAT_MS, signal);
      write(': still here\n\n');
    }
  }
  void beat().catch(() => undefined);

  return {
    isFull: () => readers.size >= MOST_READERS,
    add(response) {
      readers.add(response);
      response.on('close', () => readers.delete(response));
      response.on('error', () => readers.delete(response));
      // Whoever comes, or comes back, may have missed something.
      response.write(`retry: 3000\n\n${changed({ site: null })}`);
    },
    tell: (event) => write(changed(event)),
    readers: () => readers.size,
    close() {
      for (const reader of readers) reader.end();
    },
  };
}

function changed(event: ChangedEvent): string {
  return `event: changed\ndata: ${JSON.stringify(event)}\n\n`;
}
