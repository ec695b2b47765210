/** What a drawn paper holds beside what it shows. */
export interface Facts {
  /** The bytes of the record that the paper is drawn from, embedded as record.json. */
  readonly record: Uint8Array;
  /** The bytes of disclosures.json, for a record with leaves. */
  readonly disclosures?: Uint8Array;
  readonly issuer: {
    /** The holder's id, such as business. */
    readonly id: string;
    /** As in the holder's certificate: it stands in the round seal and in the signature dictionary. */
    readonly organization: string;
  };
  /** Claimed time of sealing; kept in whole seconds. */
  readonly sealedAt: Date;
  /** What the QR code leads to. */
  readonly verifyUrl: string;
  /** Length of the hole in the file: `holeBytes` of the sealer (certs/seal.ts). */
  readonly holeBytes: number;
}
