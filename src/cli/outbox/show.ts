/** `outbox show`: one message whole, and what happened to it. */
import { instant } from '../../platform/instant.ts';
import type { MessageDetail } from '../../web/api.ts';
import type { CliIo, ExitCode } from '../io.ts';
import { originAsJson, originInWords } from '../service/origin-words.ts';
import { type Origin, openSource, type SourceOptions } from '../service/source.ts';
import { laneNotes } from '../status-report.ts';
import { columnsOf, paragraph } from '../text-table.ts';
import { lanesFrom } from './lanes.ts';
import { wholeSeq } from './seq.ts';

/** @throws ConfigError, StoreError, AskError */
export async function showMessage(
  destination: string,
  seqText: string,
  options: SourceOptions & { readonly json?: true },
  io: CliIo,
): Promise<ExitCode> {
  const seq = wholeSeq(seqText);
  const source = await openSource(options, 'read', io);
  try {
    await lanesFrom(source, destination);
    const path = `/api/v1/messages/${encodeURIComponent(destination)}/${seq}`;
    const detail = await source.get<MessageDetail>(path);
    io.out(
      options.json === true
        ? `${JSON.stringify({ source: originAsJson(source.origin), message: detail }, null, 2)}\n`
        : asText(source.origin, detail, io),
    );
    return 0;
  } finally {
    await source.close();
  }
}

function asText(origin: Origin, detail: MessageDetail, io: CliIo): string {
  const [width, now] = [columnsOf(io), io.clock.now().getTime()];
  const { payload, points, lane } = detail;
  const blocks = [
    paragraph(originInWords(origin, now), width),
    paragraph(payload.title, width),
    [
      ...happened(detail).map((line) => paragraph(line, width)),
      ...laneNotes(lane, now, origin.service !== null).map((note) => paragraph(note, width, '    ')),
    ].join('\n'),
    JSON.stringify(payload, null, 2),
    ...(lane.kind === 'influxdb' ? [`As points:\n${JSON.stringify(points, null, 2)}`] : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function happened({ destination, seq, enqueuedAt, failure, lane }: MessageDetail): readonly string[] {
  const place = `Message ${seq} of ${destination}`;
  if (failure !== null) {
    return [
      `${place}: a dead letter since ${when(failure.at)}, no longer tried.`,
      `${failure.reason}: ${failure.detail}`,
    ];
  }
  const since = enqueuedAt === null ? '' : ` since ${when(enqueuedAt)}`;
  return [
    `${place}: waiting${since}.`,
    ...(lane.failingSince === null ? [] : [`The destination fails since ${when(lane.failingSince)}:`]),
  ];
}

const when = (at: string) => instant(Date.parse(at));
