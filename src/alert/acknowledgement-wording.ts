/** Acknowledgements in words for people. Pure. */
import { addDays } from '../license/calendar-day.ts';
import type { AcknowledgementNotice } from './acknowledgement.ts';
import { nextRung } from './acknowledgement-end.ts';
import type { AlertRules } from './said.ts';
import type { Acknowledgement } from './state.ts';
import { stateInWords, type Wording } from './wording.ts';

/** Title and text of a notice that somebody acknowledged, or took that back. */
export function wordAcknowledgementNotice(notice: AcknowledgementNotice, rules: AlertRules): Wording {
  const { acknowledgement, kind, withdrawnBy, verdict } = notice;
  const { by, why } = acknowledgement;
  const license = verdict === null ? '' : ` It is about: ${stateInWords(verdict)}.`;
  if (kind === 'acknowledgement-withdrawn') {
    const whose = withdrawnBy === by ? '' : ` of ${by}`;
    return {
      title: `${rules.site}: acknowledgement${whose} withdrawn${withdrawnBy === null ? '' : ` by ${withdrawnBy}`}`,
      text: `Alerts about the license are sent again; the next check says what was silenced and still matters.${license} The reason given was: ${why}`,
    };
  }
  const until = untilInWords(acknowledgement, rules);
  return {
    title: `${rules.site}: Qlik Sense license acknowledged by ${by} ${until}`,
    text:
      `Alerts about the license are silenced ${until}; ${exceptions(acknowledgement)}.${license} ` +
      `It ends by itself, also when the license changes. The reason given: ${why}`,
  };
}

/** For the text of a status: `Acknowledged by Anna until 2027-04-20: the renewal is ordered` */
export function acknowledgementInWords({ by, why, until }: Acknowledgement): string {
  return `Acknowledged by ${by} until ${until.kind === 'date' ? until.date : 'the next rung'}: ${why}`;
}

function untilInWords({ until, about }: Acknowledgement, { policy }: AlertRules): string {
  if (until.kind === 'date') return `until ${until.date}`;
  const rung = nextRung(about.daysLeft, policy.thresholdDays);
  if (rung === null || about.endDate === null) return 'until the license has ended';
  const date = addDays(about.endDate, -rung);
  return `until the next rung, ${rung} ${rung === 1 ? 'day' : 'days'} ahead, on ${date}`;
}

function exceptions({ coversExpiredAndBlocked }: Acknowledgement): string {
  return coversExpiredAndBlocked
    ? 'asked for, that includes that it has expired or is blocked'
    : 'that it has expired or is blocked is told all the same';
}
