import DataLoader from 'dataloader';
import { entriesPerCallMax, type Register, type RegisterRow } from '../adapters/port.ts';

/** Rows of a register by key, oldest first; all that one request asks for at once is one question. */
export type RowLoader<Row extends RegisterRow> = DataLoader<string, readonly Row[]>;

export const rowLoader = <Row extends RegisterRow>(register: Register<Row>): RowLoader<Row> =>
  new DataLoader(
    async keys => {
      const found = await register.find(keys);
      return keys.map(key => found.get(key) ?? []);
    },
    { maxBatchSize: entriesPerCallMax },
  );
