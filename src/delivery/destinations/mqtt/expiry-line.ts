/** The line of plain text in which Butler 16 tells of a license that expires, word for word. Pure. */
import type { Message } from '../../../store/message.ts';

/**
 * Undefined for messages that Butler does not have.
 *
 * The date is left out where there is none, and where the server calls a license expired whose end is still to come:
 * "expired on" a day in the future would be wrong.
 */
export function expiryLineOf({ topic, kind, license }: Message): string | undefined {
  if (topic !== 'alert') return undefined;
  const { endDate = null, daysLeft = null } = license ?? {};
  const isDated = endDate !== null && daysLeft !== null;
  if (kind === 'expiring') {
    const when = isDated ? ` in ${daysLeft} days, on ${endDate}` : '';
    return `Qlik Sense server license is about to expire${when}`;
  }
  if (kind === 'expired') {
    const when = isDated && daysLeft <= 0 ? ` on ${endDate}` : '';
    return `Qlik Sense server license expired${when}`;
  }
  return undefined;
}
