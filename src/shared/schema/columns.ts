import type { ColumnType } from 'kysely';
import type { Json } from '../platform/canonical.ts';

/** A time column: read as Date, written as Date or ISO text. */
export type At = ColumnType<Date, Date | string | undefined, Date | string>;
export type OptionalAt = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** A jsonb column: pg parses what is read; what is written goes in as JSON text. */
export type JsonColumn<T> = ColumnType<T, string, string>;
/** A jsonb object that is empty unless something is written. */
export type JsonObject = ColumnType<{ [key: string]: Json }, string | undefined, string>;
