/** The license track: trouble that begins or ends, the ladder, and reminders. */
import type { LicenseState, Verdict } from '../license/reading.ts';
import { enterRung, passAllRungs, silenceRungs } from './ladder.ts';
import type { Severity } from './notice.ts';
import type { AlertPolicy } from './policy.ts';
import { isReminderDue, spokenNow } from './reminders.ts';
import { type Said, type StepContext, say } from './said.ts';
import { isTrouble } from './verdict.ts';

type Trouble = 'blocked' | 'missing' | 'expired' | 'not-started' | 'unreadable';

export function speakOfCountdown(said: Said, context: StepContext): Said {
  const { verdict } = context;
  if (verdict === null) return said;
  const before = said.state.state;
  const { state } = verdict;

  // A calendar that moves on cannot end trouble on a site that nobody can see; only a reading can. The countdown
  // goes on all the same.
  const isSeen = context.observation.kind === 'reading';
  if (before !== null && isTrouble(before) && !isTrouble(state) && !isSeen) {
    return state === 'expiring' ? countDown(said, context, verdict) : said;
  }

  const now: Said = { ...said, state: { ...said.state, state } };
  if (isTroubleState(state)) {
    return isNewTrouble(said, state)
      ? enterTrouble(now, context, verdict, state)
      : remind(now, context, verdict);
  }
  const relieved = before !== null && isTrouble(before) ? recover(now, context) : now;
  return state === 'expiring' ? countDown(relieved, context, verdict) : relieved;
}

function isNewTrouble(said: Said, state: LicenseState): boolean {
  const isUntold = said.state.untold === state && !isAcknowledged(said);
  return isUntold || said.state.state !== state || said.notices.some(({ kind }) => kind === 'replaced');
}

/** Whether what would be said is silenced; an acknowledgement that does not cover it has ended before. */
const isAcknowledged = (said: Said) => said.state.acknowledgement !== undefined;

/** The trouble began, and that is not told while somebody's acknowledgement covers it. */
function keepForLater(said: Said, { rules, now }: StepContext, verdict: Verdict): Said {
  const { thresholdDays } = rules.policy;
  const { endDate, daysLeft, state } = verdict;
  const ladders =
    endDate !== null && daysLeft !== null
      ? silenceRungs(said.state.ladders, { endDate, daysLeft, thresholdDays, now })
      : said.state.ladders;
  return { ...said, state: { ...said.state, ladders, untold: state } };
}

function enterTrouble(before: Said, context: StepContext, verdict: Verdict, state: Trouble): Said {
  if (isAcknowledged(before)) return keepForLater(before, context, verdict);
  const said = withoutUntold(before);
  const { policy } = context.rules;
  const isPast = state === 'expired' && verdict.daysLeft !== null && verdict.daysLeft < 0;
  const passed = isPast
    ? passAllRungs(said.state.ladders, verdict.endDate!, policy.thresholdDays, context.now)
    : { ladders: said.state.ladders, skipped: [], silenced: [] };
  const lastKnown = said.state.lastKnown;
  const extras = {
    skippedRungs: passed.skipped,
    silencedRungs: passed.silenced,
    ...(verdict.endDate === null && {
      previous: {
        endDate: lastKnown.end?.kind === 'date' ? lastKnown.end.date : null,
        licenseNumber: lastKnown.licenseNumber,
      },
    }),
  };
  const spoken = say(said, context, state, troubleSeverity(state), [], extras);
  return spokenNow({ ...spoken, state: { ...spoken.state, ladders: passed.ladders } }, context);
}

function recover(before: Said, context: StepContext): Said {
  const said = withoutUntold(before);
  const isToldAlready = said.notices.some(({ kind }) => kind === 'renewed');
  return isToldAlready ? said : say(said, context, 'recovered', 'info', [], {});
}

function withoutUntold(said: Said): Said {
  const { untold: _told, ...state } = said.state;
  return { ...said, state };
}

function countDown(said: Said, context: StepContext, verdict: Verdict): Said {
  const { policy } = context.rules;
  const daysLeft = verdict.daysLeft!;
  const { ladders } = said.state;
  const position = {
    endDate: verdict.endDate!,
    daysLeft,
    thresholdDays: policy.thresholdDays,
    now: context.now,
  };
  if (isAcknowledged(said)) {
    return { ...said, state: { ...said.state, ladders: silenceRungs(ladders, position) } };
  }
  const entered = enterRung(ladders, position);
  if (entered.rung === null) return remind(said, context, verdict);
  const spoken = say(said, context, 'expiring', expiringSeverity(daysLeft, policy), [entered.rung], {
    rung: entered.rung,
    skippedRungs: entered.skipped,
    silencedRungs: entered.silenced,
  });
  return spokenNow({ ...spoken, state: { ...spoken.state, ladders: entered.ladders } }, context);
}

function remind(said: Said, context: StepContext, verdict: Verdict): Said {
  if (isAcknowledged(said)) return said;
  const { policy } = context.rules;
  const slot = isReminderDue(said.state.reminders, context, verdict);
  if (slot === null) return said;
  const { state } = verdict;
  const severity = isTroubleState(state)
    ? troubleSeverity(state)
    : expiringSeverity(verdict.daysLeft!, policy);
  const kind = isTroubleState(state) ? state : 'expiring';
  return spokenNow(say(said, context, kind, severity, ['reminder', slot], { reminder: true }), context);
}

function expiringSeverity(daysLeft: number, policy: AlertPolicy): Severity {
  const rung = Math.min(...policy.thresholdDays.filter((days) => daysLeft <= days));
  return (
    policy.severityByRung[String(rung)] ?? (daysLeft <= policy.criticalFromDays ? 'critical' : 'warning')
  );
}

const troubleSeverity = (state: Trouble): Severity => (state === 'unreadable' ? 'warning' : 'critical');

const isTroubleState = (state: LicenseState): state is Trouble => isTrouble(state);
