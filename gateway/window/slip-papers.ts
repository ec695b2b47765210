import type { Field, Paper, Section } from '../../papers/paper.ts';
import { DEPARTMENTS, type DepartmentId } from '../../subgraphs/catalogue.ts';
import { chinaDay } from '../../subgraphs/china-day.ts';
import { chineseDate } from '../../subgraphs/standards/chinese-date.ts';
import { fieldWords } from './field-words.ts';
import type {
  AcceptanceSlip,
  DecidedItem,
  DecisionSlip,
  DeliverySlip,
  GrantedPaper,
  Ground,
  NamedItem,
  NoticeSlip,
  RevocationSlip,
  SlipRecord,
  TakenBack,
} from './slip-record.ts';

/** What the paper of a slip shows, read off its record alone: letters of the center to the applicant. */
export function slipPaper(record: SlipRecord): Paper {
  const { title, signed, fields, sections } = letterOf(record);
  return {
    form: 'LETTER',
    title,
    numbers: [{ label: '编号', value: record.number }],
    ...(fields ? { fields } : { addressee: record.enterprise, fields: [] }),
    sections,
    closing: { label: signed, date: chineseDate(chinaDay(new Date(record.issuedAt))) },
    notes: ['记录 record.json 随附于本文件，可离线核验。'],
  };
}

/** What differs from kind to kind. */
interface Letter {
  readonly title: string;
  /** As what the center signs. */
  readonly signed: string;
  /** In place of an address to the enterprise. */
  readonly fields?: readonly Field[];
  readonly sections: readonly Section[];
}

function letterOf(record: SlipRecord): Letter {
  switch (record.kind) {
    case 'ACCEPTANCE':
      return acceptance(record);
    case 'ONE_TIME_NOTICE':
      return notice(record);
    case 'DECISION':
      return decision(record);
    case 'DELIVERY':
      return delivery(record);
    case 'REVOCATION':
      return revocation(record);
  }
}

const paragraphs = (...texts: readonly string[]): Section => ({ kind: 'TEXT', paragraphs: texts.filter(Boolean) });

/** A table with a number in front of each row. */
const numbered = (
  heading: string,
  columns: readonly (readonly [heading: string, share: number])[],
  rows: readonly (readonly string[])[],
): Section => ({
  kind: 'TABLE',
  heading,
  annexed: false,
  columns: [{ heading: '序号', share: 1.4 }, ...columns.map(([text, share]) => ({ heading: text, share }))],
  rows: rows.map((cells, at) => [String(at + 1), ...cells.map(inOneLine)]),
});

const departmentOf = ({ department }: Pick<NamedItem, 'department'>): string => organizationOf(department);
const organizationOf = (department: DepartmentId): string => DEPARTMENTS[department].organization;

/**
 * Departments word messages and grounds as they like: what parts lines there parts words here, and what can't be seen is
 * left out. The record has the text as it came.
 */
const inOneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}]/gu, '')
    .trim();

function acceptance({
  caseNumber,
  basis,
  regime,
  items,
  acceptedOn,
  bySilenceOf,
  dueOn,
  dueOnProvisional,
}: AcceptanceSlip): Letter {
  const silent = bySilenceOf.map(organizationOf).join('、');
  return {
    title: '受理通知书',
    signed: '受理机关',
    sections: [
      paragraphs(
        `你单位的开办申请（办件编号 ${caseNumber}，${regime.title}）收悉。经审查，申请事项依法属于受理范围，申请材料齐全、符合法定形式。依据${basis}，决定自${chineseDate(acceptedOn)}起予以受理。`,
        silent && `其中${silent}在法定期限内未告知需要补正的内容，依法视为受理。`,
        `全部事项承诺于${chineseDate(dueOn)}前办结${dueOnProvisional ? '（届时的节假日安排尚未公布，期限可能调整）' : ''}。`,
      ),
      numbered(
        '受理事项',
        [
          ['事项', 5],
          ['承办部门', 4.5],
          ['承诺时限', 3],
        ],
        items.map(item => [item.title, departmentOf(item), workdays(item.promisedWorkdays)]),
      ),
    ],
  };
}

const workdays = (count: number): string => (count === 0 ? '当日' : `${count} 个工作日`);

function notice({ caseNumber, basis, stage, receivedOn, faults }: NoticeSlip): Letter {
  return {
    title: '一次性告知单',
    signed: '告知机关',
    sections: [
      paragraphs(
        `你单位于${chineseDate(receivedOn)}提交的申请（办件编号 ${caseNumber}）${stage === 'BEFORE_FILING' ? '经各部门审查' : '在办理过程中经承办部门审查'}，需要补正。依据${basis}，现将需要补正的全部内容一次性告知如下。`,
        '请补正后以同一办件编号重新提交；未列明的材料不必重复提交。',
      ),
      numbered(
        '需要补正的内容',
        [
          ['填报项', 3.2],
          ['需要补正的内容', 7.4],
          ['提出部门', 3.4],
        ],
        faults.flatMap(({ path, marks }) =>
          marks.map(mark => [fieldWords(path), `${mark.message}（${mark.code}）`, departmentOf(mark)]),
        ),
      ),
    ],
  };
}

/** How a case has ended, in words; a state that does not end one stands in no decision. */
const OUTCOMES: Readonly<Record<string, string>> = {
  CLOSED: '经审查，各事项决定如下，准予的事项即日生效。',
  REFUSED: '经审查，决定不予许可。',
  REVOKED: '因有事项不予许可，依申请人所选的办理方式，已准予的事项一并撤销。',
  WITHDRAWN: '申请人撤回申请，本件终止办理。',
};

function decision({ caseNumber, basis, outcome, items, remedies }: DecisionSlip): Letter {
  return {
    title: '决定书',
    signed: '决定机关',
    sections: [
      paragraphs(
        `你单位的开办申请（办件编号 ${caseNumber}）已审查终结。依据${basis}，${OUTCOMES[outcome] ?? '决定如下。'}`,
      ),
      numbered(
        '各事项的决定',
        [
          ['事项', 4],
          ['承办部门', 3.6],
          ['决定', 2.2],
          ['编号、日期，或者理由和依据', 6],
        ],
        items.map(item => [item.title, departmentOf(item), DECISIONS[item.decision], saidOf(item)]),
      ),
      ...(remedies === null ? [] : [paragraphs(`${remedies}。`)]),
    ],
  };
}

const DECISIONS: Readonly<Record<DecidedItem['decision'], string>> = {
  GRANTED: '准予',
  REFUSED: '不予许可',
  SKIPPED: '未办理',
  TAKEN_BACK: '撤销',
};

function saidOf(item: DecidedItem): string {
  switch (item.decision) {
    case 'GRANTED':
      return grantWords(item);
    case 'REFUSED':
      return groundWords(item);
    case 'SKIPPED':
      return '所需的前置事项未获准予，或者申请已撤回';
    case 'TAKEN_BACK':
      return takenBackWords(item);
  }
}

const grantWords = ({ number, decidedOn }: GrantedPaper): string => `${number}，${decidedOn}`;
const groundWords = ({ ground, article }: Ground): string => `${ground}（${article}）`;

const takenBackWords = ({ grant, refusal }: TakenBack): string =>
  [grant ? `原编号 ${grantWords(grant)}` : '已交付，现已收回', refusal && groundWords(refusal)]
    .filter(Boolean)
    .join('；');

function delivery({ caseNumber, enterprise, basis, deliveredAt, papers }: DeliverySlip): Letter {
  const at = new Date(deliveredAt);
  const time = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', timeStyle: 'medium' }).format(at);
  return {
    title: '送达回证',
    signed: '送达机关',
    fields: [
      { label: '受送达人', value: enterprise },
      { label: '办件编号', value: caseNumber },
      { label: '送达方式', value: '电子送达' },
      { label: '送达时间', value: `${chineseDate(chinaDay(at))} ${time}` },
      { label: '送达依据', value: basis },
    ],
    sections: [
      numbered(
        '送达的文书',
        [
          ['文书', 4.6],
          ['编号', 4.8],
          ['签发日期', 2.8],
          ['记录摘要', 4.6],
        ],
        papers.map(paper => [
          paper.title,
          paper.number,
          paper.decidedOn,
          paper.recordSha256.slice(0, 16).replace(/(.{4})(?=.)/g, '$1 '),
        ]),
      ),
    ],
  };
}

function revocation({ caseNumber, cause, grounds, takenBack }: RevocationSlip): Letter {
  const refused = grounds.map(item => `${item.title}：${groundWords(item)}`).map(inOneLine);
  return {
    title: '撤销决定书',
    signed: '决定机关',
    sections: [
      paragraphs(
        cause === 'WITHDRAWAL'
          ? `你单位撤回了申请（办件编号 ${caseNumber}），下列已经准予的事项予以撤销，相应证照自本决定作出之日起作废。`
          : `你单位的申请（办件编号 ${caseNumber}）中有事项不予许可，依申请人所选的办理方式，下列已经准予的事项一并撤销，相应证照自本决定作出之日起作废。`,
        refused.length > 0 ? `不予许可的事项：${refused.join('；')}。` : '',
      ),
      numbered(
        '撤销的事项',
        [
          ['事项', 4],
          ['承办部门', 3.6],
          ['原证照，或者理由和依据', 7],
        ],
        takenBack.map(item => [item.title, departmentOf(item), takenBackWords(item)]),
      ),
    ],
  };
}
