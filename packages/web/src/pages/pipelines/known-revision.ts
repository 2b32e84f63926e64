// A revision of an address, if there is one.

export function knownRevision(
  { revision: newest }: { readonly revision: number },
  asked: number | undefined,
): number | undefined {
  return asked !== undefined && asked >= 1 && asked <= newest ? asked : undefined
}
