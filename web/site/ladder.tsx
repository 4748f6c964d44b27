/** The line from today to the end date with the rungs on it, and in words which of them were announced when. */
import type { Rung, SiteDetail } from '../../src/web/api.ts';
import { Empty } from '../parts/notices.tsx';
import { When } from '../parts/when.tsx';
import { rungWords } from '../words/license.ts';
import { ladderScale } from './ladder-scale.ts';

export function Ladder({ site }: { readonly site: SiteDetail }) {
  const { daysLeft, endDate, ladder } = site;
  if (daysLeft === null || endDate === null) {
    return (
      <Empty title={site.state === 'perpetual' ? 'This license has no end date' : 'No end date is known'}>
        <p>
          {site.state === 'perpetual'
            ? 'Nothing to announce. Should an end date appear, the ladder begins.'
            : 'Without one nothing can be announced ahead. What is wrong instead is told by alerts.'}
        </p>
      </Empty>
    );
  }
  return (
    <>
      <Line daysLeft={daysLeft} endDate={endDate} rungs={ladder.rungs} />
      <RungTable rungs={ladder.rungs} />
    </>
  );
}

interface LineProps {
  readonly daysLeft: number;
  readonly endDate: string;
  readonly rungs: readonly Rung[];
}

/** A picture of the table below it, so hidden from those who hear the table. */
function Line({ daysLeft, endDate, rungs }: LineProps) {
  const { percentOf } = ladderScale(
    daysLeft,
    rungs.map(({ days }) => days),
  );
  const at = (days: number) => ({ left: `${percentOf(days)}%` });
  const today = percentOf(daysLeft);
  return (
    <div class="line" aria-hidden="true">
      <div class="line-track">
        <div class="line-passed" style={{ width: `${today}%` }} />
        {rungs.map(({ days, date, how }) => (
          <div
            key={days}
            class={`rung rung-${how}`}
            style={at(days)}
            title={`${days} days ahead, ${date}: ${rungWords[how]}`}
          >
            <span>{days}</span>
          </div>
        ))}
        <div class={`today ${sideOf(today)}`} style={at(daysLeft)}>
          <span>Today</span>
        </div>
      </div>
      <p class="line-end">
        {daysLeft < 0 ? 'Ended' : 'Ends'} on {endDate}
      </p>
    </div>
  );
}

/** At the edges the label stands beside its mark, to stay on the screen. */
function sideOf(percent: number): string {
  if (percent < 6) return 'at-left';
  return percent > 94 ? 'at-right' : '';
}

function RungTable({ rungs }: { readonly rungs: readonly Rung[] }) {
  if (rungs.length === 0) return null;
  return (
    <table class="plain rungs">
      <caption class="visually-hidden">The rungs of the ladder</caption>
      <thead>
        <tr>
          <th scope="col">Days ahead</th>
          <th scope="col">Reached on</th>
          <th scope="col">Announced</th>
        </tr>
      </thead>
      <tbody>
        {rungs.map(({ days, date, how, announcedAt, toldTo }) => (
          <tr key={days} class={`is-${how}`}>
            <th scope="row">{days}</th>
            <td>{date}</td>
            <td>
              {rungWords[how]}
              {announcedAt !== null && (
                <>
                  {' '}
                  <When at={announcedAt} show="exact" />
                  <span class="told">{how === 'silenced' ? null : toldInWords(toldTo)}</span>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `to broker and oncall; mail never got it` */
function toldInWords(toldTo: Rung['toldTo']): string {
  const names = (result: 'delivered' | 'dead') =>
    listed(toldTo.filter((one) => one.result === result).map(({ destination }) => destination));
  const [took, never] = [names('delivered'), names('dead')];
  if (took === '' && never === '') return 'no destination is known to have taken it yet';
  return [took !== '' && `to ${took}`, never !== '' && `${never} never got it`].filter(Boolean).join('; ');
}

const listed = (names: readonly string[]) => new Intl.ListFormat('en').format(names);
