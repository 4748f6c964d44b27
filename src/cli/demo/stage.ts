/** What the demo prints: one line for everything that happens, in colour on a terminal. */
import { styleText } from 'node:util';
import type { CliIo } from '../io.ts';
import type { Arrival } from './receivers.ts';

export interface Stage {
  /** A paragraph that explains what comes next. */
  tell(text: string): void;
  /** A day and what the check saw. */
  day(date: string, words: string): void;
  arrival(arrival: Arrival): void;
  note(source: string, words: string): void;
}

type Style = Parameters<typeof styleText>[0];

export function stage(io: Pick<CliIo, 'out' | 'isTty'>): Stage {
  const painted = (style: Style, text: string) =>
    io.isTty ? styleText(style, text, { validateStream: false }) : text;
  const line = (left: string, source: string, words: string) =>
    io.out(`${left.padEnd(10)}  ${painted('dim', source.padEnd(8))}  ${words}\n`);
  const severityStyle: Record<string, Style> = { info: 'green', warning: 'yellow', critical: 'red' };
  return {
    tell: (text) => io.out(`\n${painted('bold', text)}\n`),
    day: (date, words) => line(date, 'check', words),
    arrival: ({ through, to, body }) => {
      const severity = painted(severityStyle[body.severity] ?? 'white', body.severity.padEnd(8));
      line(
        '',
        through,
        `◀ ${severity}  ${body.title}${through === 'mqtt' ? painted('dim', `  (${to})`) : ''}`,
      );
    },
    note: (source, words) => line('', source, words),
  };
}
