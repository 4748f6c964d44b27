/** Remarks that people should hear of, each once for a license and its end date. */
import type { Remark } from '../license/reading.ts';
import { noticeId, type Severity } from './notice.ts';
import { type Said, type StepContext, say } from './said.ts';

/** Remarks not listed are shown wherever the license is shown, but are nothing to act on. */
const severityOf: Partial<Record<Remark, Severity>> = {
  'flags-disagree': 'warning',
  'ambiguous-date': 'warning',
  'several-end-dates': 'info',
  'definition-stale': 'info',
};

const REMEMBERED_REMARKS = 50;

export function speakOfRemarks(said: Said, context: StepContext): Said {
  const { verdict, confirmed, observation } = context;
  if (observation.kind !== 'reading' || verdict === null) return said;
  let soFar = said;
  for (const remark of verdict.remarks) {
    const severity = severityOf[remark];
    const key = noticeId(confirmed?.reading.fingerprint ?? null, verdict.endDate, remark);
    const { remarksTold } = soFar.state;
    if (severity === undefined || remarksTold.some((told) => told.key === key)) continue;
    const remembered = [...remarksTold.slice(1 - REMEMBERED_REMARKS), { key, remark }];
    const state = { ...soFar.state, remarksTold: remembered };
    soFar = say({ ...soFar, state }, context, 'remark', severity, [remark], { remark });
  }
  return soFar;
}
