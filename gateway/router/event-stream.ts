/** Server-sent events (HTML, section 9.2), as far as GraphQL over SSE uses them: `event`, `data`, and comments. */

export interface StreamEvent {
  readonly event: string;
  readonly data: string;
}

export class EventTooLarge extends Error {}

/** @throws {EventTooLarge} if an event has more characters than `charactersMax`, before it is kept whole. */
export async function* eventsIn(
  chunks: AsyncIterable<Uint8Array>,
  charactersMax: number,
): AsyncGenerator<StreamEvent, void> {
  const decoder = new TextDecoder();
  const lineEnd = /\r\n|\n|\r/g;
  let text = '';
  let event = '';
  let data: string[] = [];
  let kept = 0;
  for await (const chunk of chunks) {
    // What was looked through holds no end of a line, but for a return that may be half of one.
    lineEnd.lastIndex = Math.max(0, text.length - 1);
    text += decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let found = lineEnd.exec(text); found; found = lineEnd.exec(text)) {
      if (found[0] === '\r' && lineEnd.lastIndex === text.length) break;
      const line = text.slice(start, found.index);
      start = lineEnd.lastIndex;
      if (line === '') {
        if (event !== '' || data.length > 0) yield { event, data: data.join('\n') };
        [event, data, kept] = ['', [], 0];
        continue;
      }
      const [field, value] = fieldOf(line);
      if (field === 'event') event = value;
      else if (field === 'data') data.push(value);
      // A comment is forgotten at once; lines without end are not.
      if (field !== '') kept += line.length;
      if (kept > charactersMax) throw new EventTooLarge();
    }
    text = text.slice(start);
    if (kept + text.length > charactersMax) throw new EventTooLarge();
  }
}

function fieldOf(line: string): readonly [field: string, value: string] {
  const colon = line.indexOf(':');
  if (colon < 0) return [line, ''];
  const from = line[colon + 1] === ' ' ? colon + 2 : colon + 1;
  return [line.slice(0, colon), line.slice(from)];
}
