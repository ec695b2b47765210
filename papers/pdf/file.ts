import type { DrawnPdf } from '../../certs/pdf/hole.ts';
import { Undrawable } from '../undrawable.ts';
import { reference } from './values.ts';

/** What the verifier takes of objects, less the zeroth; the list of 200 founders takes a thousand. */
const objectsMax = 4_095;

/**
 * Objects of a file, numbered from 1 in the order in which they are asked for. What refers to an object may be written
 * before it.
 */
export interface Objects {
  /** A number for an object that is put later. */
  next(): number;
  /** @returns Its number. */
  add(value: string): number;
  put(object: number, value: string): void;
  /**
   * @param entries Of its dictionary, without /Filter, /Length and the brackets.
   * @param filtered Whether the bytes are compressed.
   * @returns Its number.
   */
  stream(entries: string, bytes: Uint8Array, filtered: boolean): number;
}

interface Written {
  readonly value: string;
  readonly stream: Uint8Array | undefined;
}

export interface Ends {
  readonly root: number;
  readonly info: number;
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** The signature dictionary without its /ByteRange and /Contents, and its number. */
  readonly signature: { readonly object: number; readonly entries: string };
  readonly holeBytes: number;
}

export class PdfObjects implements Objects {
  readonly #objects: (Written | undefined)[] = [];

  next(): number {
    if (this.#objects.length === objectsMax)
      throw new Undrawable('TOO_MANY_PARTS', `a paper has at most ${objectsMax} parts`);
    this.#objects.push(undefined);
    return this.#objects.length;
  }

  add(value: string): number {
    const object = this.next();
    this.put(object, value);
    return object;
  }

  put(object: number, value: string, stream?: Uint8Array): void {
    this.#objects[object - 1] = { value, stream };
  }

  stream(entries: string, bytes: Uint8Array, filtered: boolean): number {
    const object = this.next();
    const filter = filtered ? ' /Filter /FlateDecode' : '';
    this.put(object, `<< ${entries}${filter} /Length ${bytes.length} >>`, bytes);
    return object;
  }

  /** The whole file. @throws {Error} when an object was never put. */
  write({ root, info, id, signature, holeBytes }: Ends): DrawnPdf {
    const before = `<< ${signature.entries} /ByteRange [${byteRangeRoom}] /Contents `;
    this.put(signature.object, `${before}<${'0'.repeat(holeBytes - 2)}> >>`);
    const parts: Uint8Array[] = [Buffer.from(HEADER, 'latin1')];
    const offsets: number[] = [];
    let length = HEADER.length;
    const push = (part: string | Uint8Array): void => {
      const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
      parts.push(bytes);
      length += bytes.length;
    };
    let hole = 0;
    for (const [at, object] of this.#objects.entries()) {
      if (!object) throw new Error(`object ${at + 1} was never put`);
      offsets.push(length);
      const head = `${at + 1} 0 obj\n`;
      if (at + 1 === signature.object) hole = length + head.length + before.length;
      if (!object.stream) push(`${head}${object.value}\nendobj\n`);
      else {
        push(`${head}${object.value}\nstream\n`);
        push(object.stream);
        push('\nendstream\nendobj\n');
      }
    }
    const xref = length;
    const entries = offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
    const count = offsets.length + 1;
    push(`xref\n0 ${count}\n0000000000 65535 f \n${entries}`);
    push(`trailer\n<< /Size ${count} /Root ${reference(root)} /Info ${reference(info)} /ID [<${id}> <${id}>] >>\n`);
    push(`startxref\n${xref}\n%%EOF\n`);
    const bytes = Buffer.concat(parts, length);
    const to = hole + holeBytes;
    // In front of the hole stands "] /Contents ".
    const range = `0 ${hole} ${to} ${length - to}`.padEnd(byteRangeRoom.length, ' ');
    bytes.write(range, hole - '] /Contents '.length - byteRangeRoom.length, 'latin1');
    return { bytes, hole: { from: hole, to } };
  }
}

const HEADER = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n';
/** Three numbers of up to ten digits, and a zero. */
const byteRangeRoom = ' '.repeat(2 + 10 + 1 + 10 + 1 + 10);
