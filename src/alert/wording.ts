/** Notices in words for people: a title of one line, and a text that says what happened and what to do. Pure. */
import type { Remark, Verdict } from '../license/reading.ts';
import { instant } from '../platform/instant.ts';
import type { Notice } from './notice.ts';

export interface Wording {
  readonly title: string;
  readonly text: string;
}

/** What the words need to know beside the notice. */
export interface WordingContext {
  readonly site: string;
  /** The server's own reason for an expired license, shown verbatim; `''` when it gave none. */
  readonly expiredReason: string;
  /** `…1234`, null when unknown. */
  readonly licenseNumber: string | null;
}

const CONSEQUENCE = 'When the license ends, the site is disabled and nobody can work.';
const HOW_A_RENEWAL_SHOWS =
  'A renewal takes its time in purchasing. Once renewed, a site with internet access shows the new date within 24 hours, or ' +
  'at once after a license refresh in the QMC; an offline site needs the new signed license definition applied by hand.';

/** Title and text of a notice. */
export function wordNotice(notice: Notice, context: WordingContext): Wording {
  const { site } = context;
  const { title, sentences } = wordsOf(notice, context);
  const all = [
    ...sentences,
    notice.skippedRungs.length > 0 &&
      `Not announced before, because nobody could look in time: ${list(notice.skippedRungs)} days ahead.`,
    notice.silencedRungs.length > 0 &&
      `Not announced before, because it was acknowledged: ${list(notice.silencedRungs)} days ahead.`,
    notice.reminder && 'This is a reminder.',
    isAged(notice) &&
      `Last confirmed at ${instant(notice.lastConfirmedAt!)}; the site could not be read since then.`,
    notice.verdict?.remarks.includes('manual-end-date') === true &&
      'The end date is the one set in the configuration, not one that the server told.',
    context.licenseNumber !== null && `License number ${context.licenseNumber}.`,
  ];
  return {
    title: `${site}: ${title}`,
    text: all.filter((sentence) => typeof sentence === 'string').join(' '),
  };
}

/** Title and text of the status that every check sends. */
export function wordStatus(
  site: string,
  status: { verdict: Verdict | null; lastConfirmedAt: number | null; failure: string | null },
): Wording {
  const { verdict, lastConfirmedAt, failure } = status;
  return {
    title: statusTitle(site, verdict, failure === null),
    text:
      failure === null
        ? `Checked and confirmed at ${instant(lastConfirmedAt!)}.`
        : `${failure} ${lastConfirmedAt === null ? 'It has never been read.' : `Last confirmed at ${instant(lastConfirmedAt)}.`}`,
  };
}

export function statusTitle(site: string, verdict: Verdict | null, isReadable: boolean): string {
  const license = verdict === null ? 'license not read yet' : stateInWords(verdict);
  return isReadable ? `${site}: ${license}` : `${site}: cannot be read; ${license}`;
}

/** A verdict in a few words: `license ends in 30 days, on 2027-05-06`. */
export function stateInWords(verdict: Verdict): string {
  const when = () => (verdict.endDate === null ? '' : `, ${untilWhen(verdict)}`);
  switch (verdict.state) {
    case 'valid':
    case 'expiring':
      return `license ${untilWhen(verdict)}`;
    case 'expired':
      return verdict.daysLeft !== null && verdict.daysLeft < 0
        ? `license ${untilWhen(verdict)}`
        : `license expired${when()}`;
    case 'blocked':
      return `license blocked${when()}`;
    case 'missing':
      return 'no license installed';
    case 'not-started':
      return `license not started yet${when()}`;
    case 'perpetual':
      return 'license without an end date';
    case 'unreadable':
      return 'license with an end date that is not understood';
  }
}

function wordsOf(
  notice: Notice,
  { expiredReason }: WordingContext,
): { title: string; sentences: (string | false)[] } {
  const { verdict, previous } = notice;
  const end = verdict?.endDate ?? null;
  switch (notice.kind) {
    case 'expiring':
      return {
        title: `Qlik Sense license ${untilWhen(verdict!)}`,
        sentences: [`The server license ${untilWhen(verdict!)}.`, CONSEQUENCE, HOW_A_RENEWAL_SHOWS],
      };
    case 'expired': {
      const byFlagOnly = verdict!.daysLeft === null || verdict!.daysLeft >= 0;
      return {
        title: byFlagOnly
          ? 'Qlik Sense license has expired, says the server'
          : `Qlik Sense license ${untilWhen(verdict!)}`,
        sentences: [
          byFlagOnly
            ? `The server says that its license has expired${end === null ? '' : `, although its end date is ${end}`}.`
            : `The server license ${untilWhen(verdict!)}.`,
          expiredReason !== '' && `The server's reason: ${expiredReason}`,
          'The site is disabled or about to be. Apply the renewed license in the QMC, then refresh it there.',
        ],
      };
    }
    case 'renewed':
      return {
        title: `Qlik Sense license renewed, ${end === null ? 'now without an end date' : `now ends on ${end}`}`,
        sentences: [
          `The end date moved from ${previous?.endDate ?? 'none'} to ${end ?? 'none'}. Nothing to do; reminders about the old date end.`,
        ],
      };
    case 'shortened':
      return {
        title: `Qlik Sense license now ends earlier, on ${end}`,
        sentences: [
          `The end date moved from ${previous?.endDate ?? 'none'} to ${end}.`,
          'If nobody changed the license on purpose, ask your Qlik contact.',
        ],
      };
    case 'replaced':
      return {
        title: 'Qlik Sense license replaced by one with another number',
        sentences: [
          `It was ${previous?.licenseNumber ?? 'unknown'}${previous?.endDate ? `, ending on ${previous.endDate}` : ''}; the new one ${
            verdict === null ? 'is unknown' : `is: ${stateInWords(verdict)}`
          }.`,
        ],
      };
    case 'blocked':
      return {
        title: 'Qlik Sense license is blocked',
        sentences: [
          'The server says that its license is deny-listed or invalid, so users may be locked out.',
          'Look at the license in the QMC and contact Qlik Support with the license number.',
        ],
      };
    case 'missing':
      return {
        title: 'Qlik Sense site has no license',
        sentences: [
          'The server says that no license is installed, so nobody can work.',
          previous?.endDate ? `The last one known ended on ${previous.endDate}.` : false,
          'Apply a license in the QMC.',
        ],
      };
    case 'unreadable':
      return {
        title: 'Qlik Sense license has an end date that is not understood',
        sentences: [
          'A license is installed, but when it ends cannot be told, so no countdown can warn you.',
          previous?.endDate ? `The last end date that was understood is ${previous.endDate}.` : false,
          'Look at the date in the QMC, set `manualEndDate` for this site in the configuration (or `perpetual: true` if it has none), and ' +
            'report the rendering of the date so that it can be supported.',
        ],
      };
    case 'not-started':
      return {
        title: 'Qlik Sense license has not started yet',
        sentences: [
          `The installed license starts in the future${end === null ? '' : ` and ends on ${end}`}, so nobody can work until then.`,
          'If that is not wanted, apply a license that is valid today.',
        ],
      };
    case 'recovered':
      return {
        title: `Qlik Sense license works again: ${stateInWords(verdict!)}`,
        sentences: ['The earlier problem is gone. Nothing to do.'],
      };
    case 'remark':
      return remarkInWords(notice.remark!, verdict!);
    case 'unreachable':
      return {
        title: `Qlik Sense license cannot be read since ${instant(notice.unreachable!.since)}`,
        sentences: [
          notice.unreachable!.detail,
          notice.lastConfirmedAt === null
            ? 'It has never been read, so nobody watches its end date.'
            : `The countdown goes on from the last reading: ${stateInWords(verdict!)}.`,
        ],
      };
    case 'reachable':
      return {
        title: `Qlik Sense license can be read again${verdict === null ? '' : `: ${stateInWords(verdict)}`}`,
        sentences: [`It could not be read since ${instant(notice.unreachable!.since)}. Nothing to do.`],
      };
    case 'certificate-expiring': {
      const endsAt = notice.certificateEndsAt!;
      return {
        title:
          endsAt <= notice.at
            ? `client certificate ended at ${instant(endsAt)}`
            : `client certificate ends at ${instant(endsAt)}`,
        sentences: [
          'Without it the site cannot be read, and nobody watches the end of its license.',
          'Export new certificates from the QMC (Certificates, format PEM, with secret key) into the folder named in the configuration; they are picked up without a restart.',
        ],
      };
    }
  }
}

function remarkInWords(remark: Remark, verdict: Verdict): { title: string; sentences: (string | false)[] } {
  switch (remark) {
    case 'flags-disagree':
      return {
        title: 'Qlik Sense contradicts itself about its license',
        sentences: [
          `The server's own flag and the end date ${verdict.endDate} do not agree on whether the license has expired. ` +
            'The worse of the two counts. Refresh the license in the QMC and check the date and clock there.',
        ],
      };
    case 'several-end-dates':
      return {
        title: `Qlik Sense license has several end dates, the earliest is ${verdict.endDate}`,
        sentences: ['Parts of the license end on different days. The earliest governs the alerts.'],
      };
    case 'ambiguous-date':
      return {
        title: `Qlik Sense license end date is ambiguous, read as ${verdict.endDate}`,
        sentences: [
          'Day and month could be the other way round; the earlier reading counts until then. ' +
            'Look at the date in the QMC and set `dateOrder: dmy` or `mdy` for this site in the configuration.',
        ],
      };
    case 'definition-stale':
      return {
        title: 'Qlik Sense has not refreshed its license definition for days',
        sentences: [
          'A site with internet access refreshes it every 24 hours; without that a renewal does not arrive by itself. ' +
            'Check its way to the license server, or for an offline site set `definitionStaleAfterDays: null`.',
        ],
      };
    case 'manual-end-date':
    case 'no-flag':
      return { title: `Qlik Sense license: ${remark}`, sentences: [] };
  }
}

function untilWhen({ daysLeft, endDate }: Verdict): string {
  if (daysLeft === null || endDate === null) return 'has no end date';
  if (daysLeft === 0) return `ends today, on ${endDate}`;
  if (daysLeft === 1) return `ends tomorrow, on ${endDate}`;
  if (daysLeft > 1) return `ends in ${daysLeft} days, on ${endDate}`;
  return daysLeft === -1 ? `ended yesterday, on ${endDate}` : `ended ${-daysLeft} days ago, on ${endDate}`;
}

const isAged = (notice: Notice) => notice.lastConfirmedAt !== null && notice.lastConfirmedAt < notice.at;

const list = (days: readonly number[]) =>
  days.length === 1 ? String(days[0]) : `${days.slice(0, -1).join(', ')} and ${days.at(-1)}`;
