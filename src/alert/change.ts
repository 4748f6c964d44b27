/** Changes of the license itself: renewed, shortened, replaced. Judged against the last end that was understood. */
import type { LicenseEnd, LicenseReading } from '../license/reading.ts';
import type { Severity } from './notice.ts';
import { type Said, type StepContext, say } from './said.ts';
import type { AlertState } from './state.ts';
import { isTrouble } from './verdict.ts';

type KnownEnd = Exclude<LicenseEnd, { readonly kind: 'unreadable' }>;

export function speakOfChange(said: Said, context: StepContext): Said {
  if (context.observation.kind !== 'reading' || !context.observation.reading.present) return said;
  return speakOfEnd(
    speakOfNumber(said, context, context.observation.reading),
    context,
    context.observation.reading,
  );
}

function speakOfNumber(said: Said, context: StepContext, reading: LicenseReading): Said {
  const { lastKnown } = said.state;
  if (reading.fingerprint === null) return said;
  const state: AlertState = {
    ...said.state,
    lastKnown: { ...lastKnown, fingerprint: reading.fingerprint, licenseNumber: reading.licenseNumber },
  };
  const isOther = lastKnown.fingerprint !== null && lastKnown.fingerprint !== reading.fingerprint;
  if (!isOther) return { ...said, state };
  return say({ ...said, state }, context, 'replaced', 'warning', [lastKnown.fingerprint], {
    previous: { endDate: dateOf(lastKnown.end), licenseNumber: lastKnown.licenseNumber },
  });
}

function speakOfEnd(said: Said, context: StepContext, reading: LicenseReading): Said {
  const before = said.state.lastKnown;
  const { verdict } = context;
  if (reading.end.kind === 'unreadable' || verdict === null) return said;
  const isManual = reading.evidence.source === 'configuration';
  const known: AlertState = {
    ...said.state,
    lastKnown: { ...before, end: reading.end, endText: reading.evidence.endText, isManual },
  };
  const isRereading =
    isManual || before.isManual || (before.endText !== null && before.endText === reading.evidence.endText);
  if (before.end === null || isRereading) return { ...said, state: known };

  const extras = { previous: { endDate: dateOf(before.end), licenseNumber: before.licenseNumber } };
  const order = compareEnds(reading.end, before.end);
  if (order < 0) {
    const severity: Severity =
      verdict.daysLeft !== null && verdict.daysLeft <= context.rules.policy.criticalFromDays
        ? 'critical'
        : 'warning';
    return say({ ...said, state: known }, context, 'shortened', severity, [dateOf(before.end)], extras);
  }
  if (order > 0) {
    // A server that has the new date but still says expired or blocked has not been renewed in any useful sense:
    // wait, remembering the old end, until it works again.
    if (isTrouble(verdict.state)) return said;
    return say({ ...said, state: known }, context, 'renewed', 'info', [dateOf(before.end)], extras);
  }
  return { ...said, state: known };
}

const dateOf = (end: KnownEnd | null) => (end?.kind === 'date' ? end.date : null);

/** Negative when `a` is earlier than `b`; a perpetual license ends after every date. */
function compareEnds(a: KnownEnd, b: KnownEnd): number {
  const [left, right] = [dateOf(a) ?? '~', dateOf(b) ?? '~'];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
