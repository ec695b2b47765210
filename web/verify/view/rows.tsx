import type { ReactNode } from 'react';

/** A name and its value, one pair of a `dl`. */
export function Row({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="row">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
