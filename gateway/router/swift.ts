/**
 * Shows what went well, as nearly all operations do, without keeping track of where a fault would be: in half the time.
 */
import { type Answered, isAnswered } from './merge.ts';
import { type Field, own, type Place } from './shapes.ts';

/** Stands for a value of which something is to be told: then the whole is shown again, with an eye on where it is. */
export const TROUBLE = Symbol('trouble');

export function swiftObject(source: Answered, fields: readonly Field[]): Answered | typeof TROUBLE {
  const shown: Answered = {};
  for (let index = 0; index < fields.length; index++) {
    const { key, fetched, inherits, place } = fields[index] as Field;
    const value = swiftValue(inherits ? own(source, fetched) : source[fetched], place);
    if (value === TROUBLE) return TROUBLE;
    if (key === '__proto__') return TROUBLE;
    shown[key] = value;
  }
  return shown;
}

function swiftValue(value: unknown, { shape, nonNull }: Place): unknown {
  if (shape.kind === 'typename') return shape.name;
  if (value === null || value === undefined) return nonNull || shape.kind === 'introspection' ? TROUBLE : null;
  switch (shape.kind) {
    case 'leaf': {
      const accepted = shape.accept(value);
      return accepted === undefined || (accepted === null && nonNull) ? TROUBLE : accepted;
    }
    case 'list': {
      if (!Array.isArray(value)) return TROUBLE;
      const { of } = shape;
      const shown: unknown[] = [];
      for (let index = 0; index < value.length; index++) {
        const item = swiftValue(value[index], of);
        if (item === TROUBLE) return TROUBLE;
        shown.push(item);
      }
      return shown;
    }
    case 'composite': {
      const fields = isAnswered(value) ? shape.fieldsOf(value) : undefined;
      return fields ? swiftObject(value as Answered, fields) : TROUBLE;
    }
    default:
      return TROUBLE;
  }
}
