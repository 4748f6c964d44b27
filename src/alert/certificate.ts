/** The client certificate that the checks depend on: a second date that must not pass unnoticed. */
import { daysBetween, todayIn } from '../license/calendar-day.ts';
import { type Said, type StepContext, say } from './said.ts';

/** After the first warning, `certificateDays` ahead, it is told again this many days ahead. */
const LATER_RUNGS = [7, 1, 0];
const CRITICAL_FROM_DAYS = 7;
const REMEMBERED = 20;

export function speakOfCertificate(said: Said, context: StepContext): Said {
  const { rules, now, observation } = context;
  const endsAt = observation.certificates.client;
  if (endsAt === null) return said;
  const endsOn = todayIn(rules.timeZone, new Date(endsAt));
  const daysLeft = daysBetween(todayIn(rules.timeZone, new Date(now)), endsOn);
  const { certificateDays } = rules.policy;
  const reached = [certificateDays, ...LATER_RUNGS].filter(
    (rung) => rung <= certificateDays && daysLeft <= rung,
  );
  if (reached.length === 0) return said;

  const rung = Math.min(...reached);
  const keys = reached.map((days) => `${endsAt}:${days}`);
  const { certificatesTold } = said.state;
  if (certificatesTold.includes(`${endsAt}:${rung}`)) return said;
  const told = [...certificatesTold.filter((key) => !keys.includes(key)), ...keys].slice(-REMEMBERED);
  const severity = daysLeft <= CRITICAL_FROM_DAYS ? 'critical' : 'warning';
  return say(
    { ...said, state: { ...said.state, certificatesTold: told } },
    context,
    'certificate-expiring',
    severity,
    [endsAt, rung],
    { certificateEndsAt: endsAt },
  );
}
