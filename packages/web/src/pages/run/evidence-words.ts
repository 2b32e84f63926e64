// Entries of the audit trail in words.

/** `Gate run: approval given` for `approval_given` of a gate run. */
export function entryWords(type: string, kind: string): string {
  const words = (text: string): string => text.replaceAll('_', ' ')
  const thing = words(kind)
  return `${thing.charAt(0).toUpperCase()}${thing.slice(1)}: ${words(type)}`
}

/** Whether a person did it, or a token in the name of one; not a rule, an agent or the server. */
export function isByPerson({ actor }: { readonly actor: string }): boolean {
  return /^(user|token):/.test(actor)
}
