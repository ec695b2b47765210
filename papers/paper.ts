/**
 * What a paper shows, said plainly: texts in their order, nothing of how they look. Whoever issues a paper says this
 * (`subgraphs/<department>/papers.ts`, `gateway/window/slip-papers.ts`); the forms (papers/forms/) lay it out.
 *
 * Texts are what people read: dates, amounts and kinds are put into Chinese words before they come here. They are drawn
 * character for character, so that what a reader copies out of the paper is what was put in.
 */

/** A text, or the mark that it has been struck out (已隐去): a black bar is drawn, and nothing of it is in the file. */
export type Shown = string | StruckOut;

export interface StruckOut {
  readonly struckOut: true;
}

export interface Paper {
  readonly form: PaperForm;
  /** 营业执照, 受理通知书. */
  readonly title: string;
  /** Under the title, such as （国税）. */
  readonly subtitle?: string;
  /** What the paper is found by, the most important first: 统一社会信用代码, 注册号, 编号. */
  readonly numbers: readonly Field[];
  /** Whom a letter is written to. */
  readonly addressee?: string;
  /** What is said once, in the order in which it is read. */
  readonly fields: readonly Field[];
  /** What stands below the fields, in this order. */
  readonly sections: readonly Section[];
  /** Who signs, such as 登记机关, and on which day, in words; the issuer's organization and its seal come from the facts. */
  readonly closing: { readonly label: string; readonly date: string };
  /** Small print at the foot. */
  readonly notes: readonly string[];
}

/**
 * LICENSE: landscape, two columns in a broad frame. CERTIFICATE: portrait, one column in a frame. CARD: portrait, with
 * prints of seals. RECEIPT: a plain sheet with a thin frame. LETTER: a notice or decision, without a frame.
 */
export type PaperForm = 'LICENSE' | 'CERTIFICATE' | 'CARD' | 'RECEIPT' | 'LETTER';

export interface Field {
  readonly label: string;
  readonly value: Shown;
  /**
   * May have thousands of characters, such as 经营范围. A license sets it in what the fields before it leave of the left
   * column, and what finds no room there on an annex; the fields behind it stand in the right column.
   */
  readonly isLong?: boolean;
}

export type Section =
  | { readonly kind: 'TEXT'; readonly paragraphs: readonly Shown[] }
  | TableSection
  | { readonly kind: 'PRINTS'; readonly heading: string; readonly prints: readonly Print[] };

export interface TableSection {
  readonly kind: 'TABLE';
  readonly heading: string;
  /** On a sheet of its own behind the paper (附页). */
  readonly annexed: boolean;
  readonly columns: readonly Column[];
  /** As many cells in each as there are columns. */
  readonly rows: readonly (readonly Shown[])[];
}

export interface Column {
  readonly heading: string;
  /** Of the table's width, relative to the other columns. */
  readonly share: number;
}

/** The print of a carved seal (印模), drawn in small. */
export interface Print {
  /** 公章, 财务专用章. */
  readonly kind: string;
  readonly code: string;
  /** What is carved into it. */
  readonly text: Shown;
  /** Whether it is a square name seal (名章) in place of a round one. */
  readonly square: boolean;
}
