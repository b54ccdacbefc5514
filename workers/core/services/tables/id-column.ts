/** The id column of a metadata file: the column of the same name, or the first column when the data have columns by position. */
export function metadataIdColumn(dataColumn: string): string {
  return /^\d+$/.test(dataColumn) ? "1" : dataColumn;
}
