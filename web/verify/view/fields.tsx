/** What a paper says. What makes it known to programs stands apart, so that people read first what is for people. */
import type { ShownPaper } from '../engine/report.ts';
import type { ShownField } from '../engine/shown.ts';
import { fieldName, valueName } from '../words/names.ts';
import { grouped, useWords } from './language.ts';
import { Row } from './rows.tsx';

/** In this order; what is not here follows as the record has it. */
const FIRST = [
  'number',
  'holder',
  'enterprise',
  'uscc',
  'name',
  'registrationNumber',
  'enterpriseType',
  'legalRepresentative',
  'registeredCapital',
  'founders',
  'address',
  'businessScope',
  'decidedOn',
  'issuedAt',
];
const TECHNICAL = new Set(['format', 'operationId', 'item', 'version', 'department', 'kind', 'ledger', 'outcome']);

export function Fields({ paper: { shown, sha256 } }: { readonly paper: ShownPaper }) {
  const { words } = useWords();
  // The members of `content` are what the paper is about: they stand beside number and holder.
  const fields = shown.fields.flatMap(field =>
    field.path === 'content' && field.is === 'GROUP' ? field.fields : [field],
  );
  const isTechnical = ({ path }: ShownField) => TECHNICAL.has(path);
  return (
    <>
      <FieldList fields={inOrder(fields.filter(field => !isTechnical(field)))} />
      {shown.isCut && <p className="muted">{words.cut}</p>}
      <details className="technical">
        <summary>{words.more}</summary>
        <FieldList fields={fields.filter(isTechnical)}>
          <Row name={words.recordSha256}>
            <code className="hash">{grouped(sha256)}</code>
          </Row>
        </FieldList>
      </details>
    </>
  );
}

/** An identity number stands in no record; records of the first form had the salt of its hash beside it. */
const isHashed = (fields: readonly ShownField[]): boolean =>
  fields.some(({ name }) => name === 'sha256') && fields.every(({ name }) => name === 'sha256' || name === 'salt');

const placeOf = ({ name }: ShownField): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
const inOrder = (fields: readonly ShownField[]): readonly ShownField[] =>
  fields.toSorted((a, b) => placeOf(a) - placeOf(b));

function FieldList({
  fields,
  children,
}: {
  readonly fields: readonly ShownField[];
  readonly children?: React.ReactNode;
}) {
  const { language } = useWords();
  return (
    <dl className="fields">
      {fields.map(field => (
        <Row key={field.path} name={fieldName(field.name, language)}>
          <Value field={field} />
        </Row>
      ))}
      {children}
    </dl>
  );
}

function Value({ field }: { readonly field: ShownField }) {
  const { language, words } = useWords();
  if (field.is === 'STRUCK_OUT')
    return (
      <span className="struck-out" title={words.struckOutHint}>
        <span className="bar" aria-hidden="true">
          ████████
        </span>
        {words.struckOut}
      </span>
    );
  if (field.is === 'GROUP' && isHashed(field.fields))
    return (
      <details className="technical">
        <summary>{words.onlyHashed}</summary>
        <FieldList fields={field.fields} />
      </details>
    );
  if (field.is === 'GROUP') return field.fields.length > 0 ? <FieldList fields={inOrder(field.fields)} /> : <>–</>;
  const { text, name } = field;
  if (text === 'true' || text === 'false') return <>{text === 'true' ? words.yes : words.no}</>;
  if (/^[0-9a-f]{32,64}$/.test(text)) return <code className="hash">{grouped(text)}</code>;
  return <>{text === '' ? '–' : valueName(name, text, language)}</>;
}
