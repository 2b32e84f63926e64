const WORDS: Readonly<Record<string, string>> = {
  retry_rule: 'its rule tries again',
  lost: 'contact was lost before',
  person: 'a person asked for it',
}

/** Why there is this attempt; the first one is there because the step is. */
export function causeWords(cause: string | null): string {
  if (cause === null) return 'the step was due'
  return WORDS[cause] ?? cause.replaceAll('_', ' ')
}
