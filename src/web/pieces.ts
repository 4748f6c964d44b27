/** Sends a long text in the pieces that it is kept in, without joining them first. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** More than a socket takes at once, so that it never has to wait for us. */
const AT_ONCE_BYTES = 262_144;

/** Says how long it is, so that a reader notices when something is missing. */
export function sendPieces(reply: FastifyReply, pieces: readonly Buffer[]): FastifyReply {
  const length = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return reply.header('content-length', length).send(streamOf(pieces));
}

function streamOf(pieces: readonly Buffer[]): Readable {
  let next = 0;
  return new Readable({
    highWaterMark: AT_ONCE_BYTES,
    read() {
      for (;;) {
        const piece = pieces[next];
        next += 1;
        if (piece === undefined) this.push(null);
        // An empty piece would look like the end of what can be read now.
        else if (piece.length === 0 || this.push(piece)) continue;
        return;
      }
    },
  });
}
