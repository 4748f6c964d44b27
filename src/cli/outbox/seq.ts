import { AskError } from '../service/ask-error.ts';

/** The number of a message as a user writes it. @throws AskError */
export function wholeSeq(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AskError(`"${text}" is no number of a message. \`outbox list\` shows them in the column SEQ.`, 2);
}
