/** What the page asks its worker, and what it is answered: one answer to each question, by its number. */
import type { Item } from './dropped.ts';
import type { Report, Setup, TrustMaterial, TrustSummary } from './report.ts';

export type Asked =
  | { readonly number: number; readonly task: 'EXAMINE'; readonly item: Item; readonly setup: Setup }
  | { readonly number: number; readonly task: 'SUMMARIZE'; readonly trust: TrustMaterial };

export type Answered =
  /** The worker is there. */
  | { readonly task: 'READY' }
  | { readonly number: number; readonly task: 'EXAMINE'; readonly report: Report }
  | { readonly number: number; readonly task: 'SUMMARIZE'; readonly summary: TrustSummary };
