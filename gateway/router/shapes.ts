/** What an operation asks, as it is shown: made once per operation, and for each type when it first occurs. */
import type { DocumentNode } from 'graphql';
import type { Answered } from './merge.ts';

export interface Field {
  /** In the response. */
  readonly key: string;
  /** In what departments answered. */
  readonly fetched: string;
  /** Whether every object has something under that key, such as `constructor`. */
  readonly inherits: boolean;
  readonly coordinate: string;
  readonly place: Place;
}

export interface Place {
  readonly shape: Shape;
  readonly nonNull: boolean;
}

export type Shape =
  | { readonly kind: 'leaf'; readonly type: string; readonly accept: (value: unknown) => unknown }
  | { readonly kind: 'list'; readonly of: Place }
  | { readonly kind: 'composite'; readonly fieldsOf: (object: Answered) => readonly Field[] | undefined }
  /** Not for this caller; its error is told already. */
  | { readonly kind: 'denied' }
  | { readonly kind: 'typename'; readonly name: string }
  | { readonly kind: 'introspection'; readonly document: DocumentNode };

/** A field may bear the name of something that every object inherits, such as `constructor`. */
export const own = (object: Answered, key: string): unknown =>
  key in Object.prototype && !Object.hasOwn(object, key) ? undefined : object[key];
