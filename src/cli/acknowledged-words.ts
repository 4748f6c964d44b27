/** An acknowledgement in words. Pure. */
import type { ShownAcknowledgement } from '../web/api.ts';

/** Who knows, until when and why. */
export function acknowledgedInWords(acknowledgement: ShownAcknowledgement): string {
  return `${acknowledgedInShort(acknowledgement)}: ${acknowledgement.why}`;
}

/** Who knows, and until when. */
export function acknowledgedInShort({ by, until }: ShownAcknowledgement): string {
  return `acknowledged by ${by} until ${until === 'next-rung' ? 'the next rung' : until}`;
}
