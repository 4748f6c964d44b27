/** Reads a text file, or says in words why not. */

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is not a folder',
  EISDIR: 'is a folder, not a file',
  EACCES: 'cannot be read: no permission for the user that runs this',
  EPERM: 'cannot be read: no permission for the user that runs this',
  ENAMETOOLONG: 'cannot be read: the name is too long',
};
const LARGEST_BYTES = 64 * 1024 * 1024;

export async function readText(
  path: string,
  readFile: (path: string) => Promise<Uint8Array>,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  if (path === '' || path.includes('\0')) return { problem: 'does not exist' };
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException | null)?.code ?? 'unknown error');
    return { problem: REASONS[code] ?? `cannot be read (${code})` };
  }
  if (bytes.length > LARGEST_BYTES) return { problem: 'is larger than 64 MiB' };
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { problem: 'is UTF-16 text; save it as UTF-8' };
  }
  try {
    // The decoder drops a byte order mark.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { problem: 'is not UTF-8 text; save it as UTF-8' };
  }
}
