/** One destination: does it take what it is given, and what waits for it. */
import type { LaneRow } from '../../src/web/api.ts';
import { moodOf } from '../../src/web/lane-mood.ts';
import { Fact } from '../parts/fact.tsx';
import { MarkIcon } from '../parts/mark.tsx';
import { When } from '../parts/when.tsx';

const marks = { working: 'fine', failing: 'critical', refusing: 'warning', idle: 'unchecked' } as const;

export function Lane({ lane }: { readonly lane: LaneRow }) {
  const mood = moodOf(lane);
  return (
    <li class={`lane lane-${mood}`}>
      <h3>
        {lane.name} <span class="muted">{lane.kind ?? 'not in the configuration any more'}</span>
      </h3>
      <p class="fact lane-state">
        <MarkIcon mark={marks[mood]} />
        <span>
          <State lane={lane} />
        </span>
      </p>
      {lane.lastFailure !== null && (mood === 'failing' || mood === 'refusing') && (
        <p class="lane-failure">
          {lane.lastFailure.detail} <span class="muted">({lane.lastFailure.reason})</span>
        </p>
      )}
      <dl class="facts">
        <Fact name="Waiting">
          {lane.waiting === 0 ? 'nothing' : lane.waiting}
          {lane.oldest !== null && (
            <>
              ; the oldest came <When at={lane.oldest} />
            </>
          )}
        </Fact>
        {lane.nextAttemptAt !== null && lane.waiting > 0 && (
          <Fact name="Next attempt">
            <When at={lane.nextAttemptAt} />
          </Fact>
        )}
        <Fact name="Last receipt">
          {lane.lastAcceptedAt === null ? 'none yet' : <When at={lane.lastAcceptedAt} />}
        </Fact>
        <Fact name="Given up">{lane.deadLetters === 0 ? 'nothing' : lane.deadLetters}</Fact>
        <Fact name="Gets">{wantsOf(lane)}</Fact>
      </dl>
    </li>
  );
}

function State({ lane }: { readonly lane: LaneRow }) {
  switch (moodOf(lane)) {
    case 'refusing':
      return (
        <>
          <strong>Refusing</strong>,{' '}
          {lane.lastAcceptedAt === null ? 'nothing was accepted yet' : 'the last message was not accepted'}
        </>
      );
    case 'working':
      return <strong>Working</strong>;
    case 'idle':
      return (
        <>
          <strong>Idle</strong>, nothing to deliver yet
        </>
      );
    case 'failing':
      return (
        <>
          <strong>Failing</strong>
          {lane.failingSince !== null && (
            <>
              , since <When at={lane.failingSince} />
            </>
          )}
        </>
      );
  }
}

function wantsOf({ sendRecurring, sendAlert, minimumSeverity }: LaneRow): string {
  if (sendRecurring === null && sendAlert === null) return 'nothing new';
  const alerts =
    minimumSeverity === null || minimumSeverity === 'info' ? 'alerts' : `alerts from ${minimumSeverity} on`;
  const wants = [sendRecurring && 'every status', sendAlert && alerts].filter(Boolean);
  return wants.length === 0 ? 'nothing: both switches are off' : wants.join(' and ');
}
