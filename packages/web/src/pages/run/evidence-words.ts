// Entries of the audit trail in words.

/** `Task retried` for `task_retried`. */
export function entryWords(type: string): string {
  const words = type.replaceAll('_', ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

/** Whether a person did it, or a token in the name of one; not a rule, an agent or the server. */
export function isByPerson({ actor }: { readonly actor: string }): boolean {
  return /^(user|token):/.test(actor)
}
