/** The visibility track: a site that cannot be read is an alert of its own, never health. */
import { type Said, type StepContext, say } from './said.ts';

export function speakOfVisibility(said: Said, context: StepContext): Said {
  const { observation, now } = context;
  const before = said.state.visibility;
  if (observation.kind === 'reading') {
    const seen: Said = {
      ...said,
      state: {
        ...said.state,
        visibility: { failures: 0, failingSince: null, reason: null, detail: null, announced: false },
      },
    };
    if (!before.announced) return seen;
    return say(seen, context, 'reachable', 'info', [], {
      unreachable: {
        since: before.failingSince ?? now,
        reason: before.reason ?? '',
        detail: before.detail ?? '',
      },
    });
  }

  const { failures, after } = context.rules.policy.visibility;
  const visibility = {
    failures: before.failures + 1,
    // A clock that stepped back would otherwise hold the alert until it has caught up.
    failingSince: Math.min(before.failingSince ?? now, now),
    reason: observation.reason,
    detail: observation.detail,
    announced: before.announced,
  };
  const isLongEnough = visibility.failures >= failures && now - visibility.failingSince >= after;
  if (visibility.announced || !isLongEnough) return { ...said, state: { ...said.state, visibility } };
  return say(
    { ...said, state: { ...said.state, visibility: { ...visibility, announced: true } } },
    context,
    'unreachable',
    'warning',
    [],
    {
      unreachable: { since: visibility.failingSince, reason: observation.reason, detail: observation.detail },
    },
  );
}
