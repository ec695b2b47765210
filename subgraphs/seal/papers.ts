import type { Paper } from '../../papers/paper.ts';
import { SEAL_KINDS, type SealKind } from '../catalogue.ts';
import type { DepartmentPapers, ShowField } from '../papers.ts';
import type { GrantRecord } from '../record.ts';
import { chineseDate } from '../standards/chinese-date.ts';
import type { FiledSeal } from './mapping.ts';

export const papers: DepartmentPapers = { SEAL_FILING: card };

/**
 * 印章备案卡: every seal that was ordered with its code, what is carved into it, and its print. The record does not tell
 * whether the unified code was printed on papers already: it is not on this one.
 */
function card(record: GrantRecord, shown: ShowField): Paper {
  const seals = (record.content.seals as unknown as readonly FiledSeal[]).map(({ kind, code }, at) => ({
    kind: SEAL_KINDS[kind as SealKind] ?? kind,
    code,
    text: shown(`content.seals.${at}.text`),
    square: kind === 'LEGAL_REPRESENTATIVE',
  }));
  const date = chineseDate(record.decidedOn);
  return {
    form: 'CARD',
    title: '印章备案卡',
    numbers: [{ label: '备案编号', value: record.number }],
    fields: [
      { label: '使用单位', value: record.holder },
      { label: '备案日期', value: date },
    ],
    sections: [
      {
        kind: 'TABLE',
        heading: '备案印章',
        annexed: false,
        columns: [
          { heading: '序号', share: 1.2 },
          { heading: '印章种类', share: 2.6 },
          { heading: '印章编码', share: 3 },
          { heading: '刻制内容', share: 6 },
        ],
        rows: seals.map(({ kind, code, text }, at) => [String(at + 1), kind, code, text]),
      },
      { kind: 'PRINTS', heading: '印模', prints: seals },
    ],
    closing: { label: '备案机关', date },
    notes: ['印模为示意，不作用印比对之用。记录 record.json 随附于本文件，可离线核验。'],
  };
}
