const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** The columns of the window's tables, as the hot statements of every dialect name them. */
export const COLUMNS = {
  case: words(`number request_id request_fingerprint duplicate_fingerprint progress_id regime regime_version region_code
    policy state opened_at received_at checks seq hash epoch owner wake_at`),
  application: words('case_number body'),
  item: words(`case_number item department state operation_id revocation_id attempts tries retry_at waits faults refusal
    since sent_at outcome_at`),
  document: words(`id case_number place item department operation_id outcome kind number holder uscc decided_on version
    status record seal disclosures time_stamp stamped_at fingerprint`),
  slip: words('id case_number place kind number issued_at record seal time_stamp stamped_at fingerprint'),
  rendition: words('paper form case_number holder shows bytes time_stamp stamped_at proof fingerprint'),
  log_leaf: words('idx entry paper form at'),
  ledger: words('case_number seq at events hash'),
  inbox: words('id case_number told_at fingerprint body'),
  material: words('case_number sha256 content'),
} as const;

/** Columns of whole numbers; the others hold text. */
const WHOLE: ReadonlySet<string> = new Set(
  words(`regime_version opened_at received_at seq epoch wake_at attempts tries retry_at since sent_at outcome_at place
    version issued_at stamped_at idx at told_at signal wake_in_ms releases takes_over`),
);

export const columnType = (column: string): 'bigint' | 'text' => (WHOLE.has(column) ? 'bigint' : 'text');
