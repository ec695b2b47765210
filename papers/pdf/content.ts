import type { Color, Face, Mark, Picture, Run, Sheet } from '../layout/document.ts';
import type { FaceFont } from './fonts.ts';
import { number, numbers } from './values.ts';

/** What the content of a sheet refers to. */
export interface Resources {
  readonly fonts: Readonly<Record<Face, FaceFont>>;
  /** The name of a picture among the resources. */
  nameOf(picture: Picture): string;
}

export const FONT_NAMES: Readonly<Record<Face, string>> = { TITLE: 'B', TEXT: 'T' };

/** The content of one sheet as it grows: marked, so that the structure can point into it (ISO 32000-1, 14.6). */
export class Content {
  readonly #parts: string[] = [];
  readonly #sheet: Sheet;
  readonly #resources: Resources;
  #marked = 0;

  constructor(sheet: Sheet, resources: Resources) {
    this.#sheet = sheet;
    this.#resources = resources;
    if (sheet.decoration.length === 0) return;
    this.#parts.push('/Artifact BMC\n');
    for (const mark of sheet.decoration) this.#draw(mark);
    this.#parts.push('EMC\n');
  }

  /** @returns The number by which the structure points at the mark. */
  mark(tag: string, mark: Mark): number {
    const id = this.#marked++;
    this.#parts.push(`/${tag} <</MCID ${id}>> BDC\n`);
    this.#draw(mark);
    this.#parts.push('EMC\n');
    return id;
  }

  text(): string {
    return this.#parts.join('');
  }

  #draw(mark: Mark): void {
    const { height } = this.#sheet;
    if (mark.kind === 'TEXT') {
      this.#write(mark.runs);
      return;
    }
    const place = `q ${number(mark.scale)} 0 0 ${number(mark.scale)} ${numbers(mark.x, height - mark.y)} cm`;
    if (mark.kind === 'PATH') this.#parts.push(`${place}\n${mark.operators}\nQ\n`);
    else this.#parts.push(`${place} /${this.#resources.nameOf(mark.picture)} Do Q\n`);
  }

  #write(runs: readonly Run[]): void {
    let [face, size, color, spacing]: [Face | '', number, Color | undefined, number] = ['', 0, undefined, 0];
    let isStrong = false;
    this.#parts.push('BT\n');
    for (const run of runs) {
      if (run.glyphs.length === 0) continue;
      if (run.face !== face || run.size !== size) {
        [face, size] = [run.face, run.size];
        this.#parts.push(`/${FONT_NAMES[face]} ${number(size)} Tf\n`);
      }
      if (run.color !== color) {
        color = run.color;
        this.#parts.push(`${fill(color)} ${stroke(color)}\n`);
      }
      if (run.isStrong) this.#parts.push(`${number(run.size * strongStroke)} w\n`);
      if (run.isStrong !== isStrong) {
        isStrong = run.isStrong;
        this.#parts.push(isStrong ? '2 Tr\n' : '0 Tr\n');
      }
      if (run.spacing !== spacing) {
        spacing = run.spacing;
        this.#parts.push(`${number(spacing)} Tc\n`);
      }
      const shown = this.#resources.fonts[run.face].shown(run.glyphs);
      this.#parts.push(`1 0 0 1 ${numbers(run.x, this.#sheet.height - run.baseline)} Tm ${shown} Tj\n`);
    }
    this.#parts.push(`${spacing === 0 ? '' : '0 Tc '}${isStrong ? '0 Tr ' : ''}ET\n`);
  }
}

/** How wide the line is that makes a character thicker, of its size. */
const strongStroke = 0.028;

export const fill = (color: Color): string => `${color.map(number).join(' ')} rg`;
export const stroke = (color: Color): string => `${color.map(number).join(' ')} RG`;
