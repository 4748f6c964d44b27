/**
 * A DNS server on loopback that says nothing to whom a test chooses, and a way to run a program that asks it and no other.
 * Takes the right to mount, for a `/etc/resolv.conf` that only this program sees.
 */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cleanup } from '../end-to-end/program.ts';
import { describeMountable } from './describe-mountable.ts';

const PORT = 53;
const TYPE_A = 1;
const HEADER_BYTES = 12;
const LOOPBACK = [127, 0, 0, 1];

export interface NameServer {
  /** A command for `ProgramOptions.under`: every name is 127.0.0.1, as far as this server says so. */
  readonly under: readonly string[];
  /** From now on it does not answer for such names. */
  keepQuietAbout(isMeant: (name: string) => boolean): void;
}

/**
 * @param folder where its `resolv.conf` goes
 * @param patienceSeconds after which the resolver of the machine gives up
 */
export async function startNameServer(
  cleanup: Cleanup,
  folder: string,
  patienceSeconds: number,
): Promise<NameServer> {
  let isMeant: (name: string) => boolean = () => false;
  // One of the many addresses of loopback for each test, as the port is always the same.
  const address = `127.${53 + (process.pid % 200)}.${(process.pid >> 8) % 250}.${1 + Math.floor(Math.random() * 250)}`;
  const socket = createSocket('udp4');
  socket.on('message', (question, { port, address: from }) => {
    const { name, end } = nameIn(question);
    if (isMeant(name)) return;
    const isA = question.readUInt16BE(end) === TYPE_A;
    const head = Buffer.from(question.subarray(0, HEADER_BYTES));
    // A response without an error; one question, one answer or none, nothing else.
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(isA ? 1 : 0, 6);
    head.writeUInt32BE(0, 8);
    // The name of the question, type A, class IN, 0 s to live, 4 bytes.
    const answer = Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, ...LOOPBACK]);
    const parts = [head, question.subarray(HEADER_BYTES, end + 4), ...(isA ? [answer] : [])];
    socket.send(Buffer.concat(parts), port, from);
  });
  socket.bind(PORT, address);
  await once(socket, 'listening');
  cleanup(() => void socket.close());
  const file = join(folder, 'resolv.conf');
  writeFileSync(file, `nameserver ${address}\noptions timeout:${patienceSeconds} attempts:1\n`);
  return {
    under: ['unshare', '-m', 'sh', '-c', `mount --bind '${file}' /etc/resolv.conf && exec "$@"`, 'sh'],
    keepQuietAbout(next) {
      isMeant = next;
    },
  };
}

/** The name that is asked for, and where its type begins. */
function nameIn(question: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = question[at]!; length > 0; length = question[at]!) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

export const describeWithNameServer = (name: string, body: () => void): void =>
  describeMountable(
    {
      need: 'needs the right to mount and port 53',
      advice: 'A program cannot be given a DNS server of its own here. Run the tests as root.',
      mount() {
        execFileSync('unshare', ['-m', 'mount', '--bind', '/etc/hostname', '/etc/resolv.conf']);
        return { remove: () => undefined };
      },
    },
    name,
    body,
  );
