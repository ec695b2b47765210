import { type ChangeEvent, useEffect, useRef, useState } from 'react';
import { useWords } from './language.ts';

interface DropZoneProps {
  onFiles(files: readonly File[]): void;
}

/** Files are dropped anywhere on the page, or chosen by the button: the one way for a mouse, the other for everybody. */
export function DropZone({ onFiles }: DropZoneProps) {
  const { words } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      onFiles([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [onFiles]);
  const chosen = ({ target }: ChangeEvent<HTMLInputElement>) => {
    onFiles([...(target.files ?? [])]);
    // The same file chosen again is to be verified again.
    target.value = '';
  };
  return (
    <div className={`drop-zone${isOver ? ' over' : ''}`}>
      <p className="drop-title">{words.dropTitle}</p>
      <p className="muted">{words.dropHint}</p>
      <button type="button" className="primary" onClick={() => input.current?.click()}>
        {words.choose}
      </button>
      <input ref={input} id="files" type="file" multiple hidden aria-label={words.choose} onChange={chosen} />
      <p className="kinds">{words.kinds}</p>
    </div>
  );
}
