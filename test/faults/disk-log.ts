/**
 * What a run did to the files of its store and said to the outside, in order, as strace saw it; and what a power cut
 * would have left at any moment of it: the files as of their last fsync, and nothing that came later.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pathOf } from '../servers/describe-with.ts';

/** Runs the program under strace. `-D` keeps it a child of ours, `-y` tells files by their paths. */
export const tracing = (log: string): readonly string[] => [
  pathOf('strace')!,
  ...'-D -f --seccomp-bpf -qq -y -xx -s 70000'.split(' '),
  ...`-e trace=openat,write,writev,pwrite64,ftruncate,fsync,fdatasync,unlink,unlinkat,rename -o ${log}`.split(
    ' ',
  ),
];

type FileName = 'store.db' | 'store.db-wal';
const fileNames: readonly FileName[] = ['store.db', 'store.db-wal'];

export type Image = Readonly<Record<FileName, Buffer | null>>;

/** One step of a run, as far as it matters here. */
export type Step =
  | { readonly kind: 'create' | 'remove' | 'sync'; readonly file: FileName }
  | { readonly kind: 'write'; readonly file: FileName; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: FileName; readonly length: number }
  /** The names of the files, not what is in them. */
  | { readonly kind: 'sync-folder' }
  /** Bytes to a socket or a pipe. */
  | { readonly kind: 'say'; readonly bytes: Buffer };

/** @param folder that of the store */
export async function stepsIn(log: string, folder: string): Promise<readonly Step[]> {
  const begun = new Map<string, string>();
  return (await readFile(log, 'latin1')).split('\n').flatMap((line) => {
    const [, thread, call] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (thread === undefined || call === undefined) return [];
    if (call.endsWith('<unfinished ...>')) {
      begun.set(thread, call.slice(0, -'<unfinished ...>'.length));
      return [];
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(call);
    return stepOf(resumed === null ? call : (begun.get(thread) ?? '') + resumed[1], folder);
  });
}

/** A call such as `pwrite64(21</folder/store.db>, "\x01\x02", 2, 4096) = 2`. */
function stepOf(call: string, folder: string): readonly Step[] {
  const [, name, rest, result] = /^(\w+)\((.*)\) += (-?\d+)/s.exec(call) ?? [];
  if (name === undefined || rest === undefined || Number(result) < 0) return [];
  const texts = [...rest.matchAll(/"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?/g)];
  const bytes = Buffer.concat(texts.map(([, hex]) => Buffer.from(hex!.replaceAll('\\x', ''), 'hex')));
  const target = /^\d+<((?:\\x[0-9a-f]{2}|[^>])*)>/.exec(rest)?.[1] ?? '';
  const path = target.includes('\\x') ? Buffer.from(target.replaceAll('\\x', ''), 'hex').toString() : target;
  if (/^(?:socket|pipe|TCP|UNIX)/i.test(path))
    return name.startsWith('write') ? [{ kind: 'say', bytes }] : [];
  if ((name === 'fsync' || name === 'fdatasync') && path === folder) return [{ kind: 'sync-folder' }];

  const named = name === 'openat' || name.startsWith('unlink') ? bytes.toString() : path;
  const file = fileNames.find((each) => each === basename(named) && dirname(named) === folder);
  if (file === undefined) return [];
  const last = Number(/(\d+)$/.exec(rest)?.[1]);
  switch (name) {
    case 'openat':
      return [{ kind: 'create', file }];
    case 'unlink':
    case 'unlinkat':
      return [{ kind: 'remove', file }];
    case 'fsync':
    case 'fdatasync':
      return [{ kind: 'sync', file }];
    case 'ftruncate':
      return [{ kind: 'truncate', file, length: last }];
    case 'pwrite64':
      if (texts.some(([, , more]) => more !== undefined))
        throw new Error(`cut short by strace: ${call.slice(0, 80)}`);
      return [{ kind: 'write', file, offset: last, bytes: bytes.subarray(0, Number(result)) }];
    default:
      throw new Error(`the store is written in a way that is not understood here: ${call.slice(0, 120)}`);
  }
}

/** What a disk holds, and what it would hold after a power cut. */
export interface Disk {
  take(step: Step): void;
  /** Only what was synced; a file whose name was not synced is not there, one whose removal was not synced is. */
  durable(): Image;
  /** The same, with some of the later writes on it: disks do not keep the order. `lands` decides for each of them. */
  torn(lands: () => boolean): Image;
}

export function diskWith(image: Image): Disk {
  const files = new Map(fileNames.map((name) => [name, fileWith(image[name])]));
  const imageOf = (content: (file: TrackedFile) => Buffer | null): Image => ({
    'store.db': content(files.get('store.db')!),
    'store.db-wal': content(files.get('store.db-wal')!),
  });
  return {
    take(step) {
      if (step.kind === 'say') return;
      if (step.kind === 'sync-folder') {
        for (const file of files.values()) file.syncName();
      } else files.get(step.file)!.take(step);
    },
    durable: () => imageOf((file) => file.durable(() => false)),
    torn: (lands) => imageOf((file) => file.durable(lands)),
  };
}

type FileStep = Exclude<Step, { readonly kind: 'say' | 'sync-folder' }>;

interface TrackedFile {
  take(step: FileStep): void;
  syncName(): void;
  durable(lands: () => boolean): Buffer | null;
}

function fileWith(content: Buffer | null): TrackedFile {
  /** What is synced of the file that has the name on the disk, and of the one that has it now. */
  let named = content;
  let synced: Buffer | null = content;
  let later: FileStep[] = [];
  let isNamed = true;
  return {
    take(step) {
      if (step.kind === 'create') {
        if (synced !== null) return;
        [synced, later, isNamed] = [Buffer.alloc(0), [], false];
      } else if (step.kind === 'remove') {
        [synced, later, isNamed] = [null, [], false];
      } else if (step.kind === 'sync') {
        for (const each of later) synced = applied(synced ?? Buffer.alloc(0), each);
        later = [];
        if (isNamed) named = synced;
      } else later.push(step);
    },
    syncName() {
      [named, isNamed] = [synced, true];
    },
    durable(lands) {
      if (!isNamed) return named;
      return later
        .filter(lands)
        .reduce<Buffer | null>((bytes, step) => applied(bytes ?? Buffer.alloc(0), step), named);
    },
  };
}

function applied(bytes: Buffer, step: FileStep): Buffer {
  if (step.kind === 'truncate') {
    const cut = Buffer.alloc(step.length);
    bytes.copy(cut);
    return cut;
  }
  if (step.kind !== 'write') return bytes;
  const written = Buffer.alloc(Math.max(bytes.length, step.offset + step.bytes.length));
  bytes.copy(written);
  step.bytes.copy(written, step.offset);
  return written;
}
