/**
 * When to speak about a site. Pure: where we were, plus what a check saw, gives where we are and what to say.
 *
 * Two tracks that do not hide each other: the license, and whether the site can be seen at all. While it cannot,
 * the countdown goes on from the last end date that was confirmed.
 */
import type { Observation } from '../license/observation.ts';
import type { Verdict } from '../license/reading.ts';
import { endAcknowledgement } from './acknowledgement-end.ts';
import { speakOfCertificate } from './certificate.ts';
import { speakOfChange } from './change.ts';
import { speakOfCountdown } from './countdown.ts';
import type { Notice } from './notice.ts';
import { speakOfRemarks } from './remarks.ts';
import { type AlertRules, nothingSaid, type Said, type StepContext } from './said.ts';
import type { AlertState } from './state.ts';
import { verdictAt } from './verdict.ts';
import { speakOfVisibility } from './visibility.ts';

export type { AlertRules } from './said.ts';

export interface Step {
  readonly state: AlertState;
  /** In the order in which they should be read. */
  readonly notices: readonly Notice[];
  /** What the last license seen means now; null when the site was never read. */
  readonly verdict: Verdict | null;
}

/**
 * One step of a site's alert state, at the time of the observation. The same state and observation again give the
 * same notices with the same ids; a further reading that shows the same at the same time says nothing more.
 */
export function stepAlert(before: AlertState, observation: Observation, rules: AlertRules): Step {
  const confirmed =
    observation.kind === 'reading' ? { reading: observation.reading, at: observation.at } : before.confirmed;
  const context: StepContext = {
    rules,
    observation,
    now: observation.at,
    confirmed,
    verdict: verdictAt(confirmed, observation.at, rules),
  };
  const tracks = [
    speakOfVisibility,
    speakOfChange,
    endAcknowledgement,
    speakOfCountdown,
    speakOfRemarks,
    speakOfCertificate,
  ];
  const said = tracks.reduce<Said>((soFar, speak) => speak(soFar, context), nothingSaid(before));
  return { state: { ...said.state, confirmed }, notices: said.notices, verdict: context.verdict };
}
