/** Asks before a message is lost for good. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { DeadLetterRow } from '../../src/web/api.ts';

interface ConfirmDropProps {
  readonly letter: DeadLetterRow;
  readonly onAnswer: (isSure: boolean) => void;
}

export function ConfirmDrop({ letter, onAnswer }: ConfirmDropProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the next key press arrives. Closing, unlike just vanishing, gives the focus back to where it was.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="drop-title"
      onCancel={(event) => {
        event.preventDefault();
        onAnswer(false);
      }}
    >
      <h2 id="drop-title">Drop this message?</h2>
      <p>
        “{letter.title}” will never reach <strong>{letter.destination}</strong>. This cannot be undone.
      </p>
      <div class="dialog-actions">
        <button type="button" onClick={() => onAnswer(false)}>
          Keep it
        </button>
        <button type="button" class="danger" onClick={() => onAnswer(true)}>
          Drop it
        </button>
      </div>
    </dialog>
  );
}
