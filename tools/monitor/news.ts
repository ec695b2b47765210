import { printable } from '../../certs/findings.ts';
import type { SealEntry } from '../../certs/log/entry.ts';
import type { Seen } from './seen.ts';

/** Holders that are counted one by one: a log that names more is no log of ours, and shall not fill the memory. */
const holdersMax = 1_000;

/** What is new in a log since it was looked at last. */
export class News {
  readonly #byHolder = new Map<string, number>();
  #others = 0;
  #added = 0;

  get added(): number {
    return this.#added;
  }

  add(entry: SealEntry | undefined): void {
    this.#added += 1;
    const count = entry && this.#byHolder.get(entry.holder);
    if (entry && (count !== undefined || this.#byHolder.size < holdersMax)) {
      this.#byHolder.set(entry.holder, (count ?? 0) + 1);
    } else this.#others += 1;
  }

  /** For a person. */
  lines({ origin, size, witnesses }: Seen): string {
    const head = `${printable(origin)}: ${size} leaves, ${this.#added} of them new; ${witnessed(witnesses)}`;
    const rows = this.#sorted().map(([holder, count]) => `  ${holder.padEnd(20)} ${String(count).padStart(8)}`);
    const others = this.#others > 0 ? [`  ${'(no seal of ours)'.padEnd(20)} ${String(this.#others).padStart(8)}`] : [];
    return [head, ...rows, ...others].join('\n');
  }

  json({ origin, size, root, witnesses }: Seen): string {
    return JSON.stringify({
      origin,
      size,
      root: Buffer.from(root).toString('base64'),
      witnesses,
      added: this.#added,
      byHolder: Object.fromEntries(this.#sorted()),
      others: this.#others,
    });
  }

  #sorted(): readonly (readonly [string, number])[] {
    return [...this.#byHolder].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

const witnessed = (names: readonly string[]): string =>
  names.length === 0 ? 'no witness has signed' : `signed by ${names.map(printable).join(', ')}`;
