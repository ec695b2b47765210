/** By what they are called in the list: record, seal, proof, disclosures; bundle; pdf. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** A trust folder by the names of its files. */
export interface TrustFolder {
  readonly name: string;
  readonly files: Files;
}
