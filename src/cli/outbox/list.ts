/** `outbox list`: what waits and what is dead, in the order of each lane. */
import type { DeadLetterRow, LaneRow, WaitingRow } from '../../web/api.ts';
import type { CliIo, ExitCode } from '../io.ts';
import { AskError } from '../service/ask-error.ts';
import { ago, lasting, originAsJson, originInWords } from '../service/origin-words.ts';
import { type Origin, openSource, type SourceOptions } from '../service/source.ts';
import { laneNotes } from '../status-report.ts';
import {
  type Column,
  columnsOf,
  type Paint,
  paintFor,
  paragraph,
  type Row,
  textTable,
} from '../text-table.ts';
import { deadLettersFrom, lanesFrom, waitingFrom } from './lanes.ts';

export interface ListArguments extends SourceOptions {
  readonly destination?: string | undefined;
  readonly dead?: true;
  readonly json?: true;
  readonly limit: string;
}

/** What one lane holds, as far as it is shown. */
interface LaneContent {
  readonly lane: LaneRow;
  readonly waiting: readonly WaitingRow[];
  readonly dead: readonly DeadLetterRow[];
}

/** @throws ConfigError, StoreError, AskError */
export async function listOutbox(options: ListArguments, io: CliIo): Promise<ExitCode> {
  const limit = /^\d{1,6}$/.test(options.limit) ? Number(options.limit) : 0;
  if (limit === 0) throw new AskError('--limit takes a whole number from 1 to 999999.', 2);
  const source = await openSource(options, 'read', io);
  try {
    const contents: LaneContent[] = [];
    for (const lane of await lanesFrom(source, options.destination)) {
      const waiting = options.dead === true ? [] : await waitingFrom(source, lane.name, limit);
      contents.push({ lane, waiting, dead: await deadLettersFrom(source, lane.name, limit) });
    }
    io.out(
      options.json === true
        ? asJson(source.origin, contents)
        : asText(source.origin, contents, { io, isOnlyDead: options.dead === true }),
    );
    return 0;
  } finally {
    await source.close();
  }
}

function asJson(origin: Origin, contents: readonly LaneContent[]): string {
  const report = {
    source: originAsJson(origin),
    lanes: contents.map(({ lane }) => lane),
    waiting: contents.flatMap(({ waiting }) => waiting),
    deadLetters: contents.flatMap(({ dead }) => dead),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function asText(
  origin: Origin,
  contents: readonly LaneContent[],
  { io, isOnlyDead }: { readonly io: CliIo; readonly isOnlyDead: boolean },
): string {
  const [width, paint, now] = [columnsOf(io), paintFor(io), io.clock.now().getTime()];
  const shown = contents.filter(
    ({ lane }) => lane.deadLetters > 0 || (!isOnlyDead && (lane.waiting > 0 || lane.state === 'failing')),
  );
  const sections = shown.map((content) => section(content, { width, paint, now, origin, isOnlyDead }));
  const nothing = isOnlyDead ? 'No message is dead.' : 'Nothing waits, and no message is dead.';
  return `${[paragraph(originInWords(origin, now), width), ...(sections.length > 0 ? sections : [nothing])].join('\n\n')}\n`;
}

const columns: readonly Column[] = [
  { title: 'SEQ', align: 'right' },
  { title: 'STATE' },
  { title: 'SINCE' },
  { title: 'MESSAGE', isFlexible: true },
];

function section(
  { lane, waiting, dead }: LaneContent,
  {
    width,
    paint,
    now,
    origin,
    isOnlyDead,
  }: {
    readonly width: number;
    readonly paint: Paint;
    readonly now: number;
    readonly origin: Origin;
    readonly isOnlyDead: boolean;
  },
): string {
  const failing = lane.failingSince === null ? '' : `, failing for ${lasting(lane.failingSince, now)}`;
  const head = `${paint('bold', lane.name)}${lane.kind === null ? '' : ` (${lane.kind})`}: ${lane.waiting} waiting, ${counted(lane.deadLetters, 'dead letter')}${failing}`;
  const rows: readonly Row[] = [
    ...waiting.map(({ seq, enqueuedAt, title }) => ({
      cells: [String(seq), 'waiting', ago(enqueuedAt, now), title],
    })),
    ...dead.map(({ seq, at, title, reason, detail }) => ({
      cells: [String(seq), { text: 'dead', style: 'yellow' as const }, ago(at, now), title],
      notes: [`${reason}: ${detail}`],
    })),
  ];
  const hidden = [
    !isOnlyDead && lane.waiting > waiting.length && `${lane.waiting - waiting.length} more waiting`,
    lane.deadLetters > dead.length && `${lane.deadLetters - dead.length} more dead`,
  ].filter((part) => part !== false);
  return [
    head,
    ...laneNotes(lane, now, origin.service !== null).map((note) => paragraph(note, width, '    ')),
    ...(rows.length > 0 ? [textTable(columns, rows, { width, paint })] : []),
    ...(hidden.length > 0 ? [`${hidden.join(', ')}; --limit shows more.`] : []),
  ].join('\n');
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
