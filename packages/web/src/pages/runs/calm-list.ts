// Lists that live do not jump under who reads them: what comes in on top waits until it is asked for.

/** Splits what is newer than the first row that the reader has seen from the rest; without one, everything is shown. */
export function splitNew<Row extends { readonly id: string }>(
  rows: readonly Row[],
  topSeen: string | null,
): { readonly fresh: readonly Row[]; readonly shown: readonly Row[] } {
  const at = topSeen === null ? 0 : rows.findIndex(({ id }) => id <= topSeen)
  if (at === -1) return { fresh: [], shown: rows }
  return { fresh: rows.slice(0, at), shown: rows.slice(at) }
}
