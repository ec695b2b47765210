/** A row as every dialect takes and gives it, by its columns: text, whole numbers, JSON text. */
export type Row = Readonly<Record<string, string | number | null>>;
