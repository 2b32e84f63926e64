import type { Artifact } from '../documents.ts'

const NAMED_MAX = 5

/**
 * What follows when a project trusts a key no more: which of its newest artifacts nobody has signed then, and what the check
 * "signed" takes when no key is left.
 */
export function sayWhatFollows({
  name,
  project,
  keys,
  artifacts: { items, next },
}: {
  readonly name: string
  readonly project: string
  readonly keys: readonly unknown[]
  readonly artifacts: {
    readonly items: readonly Pick<Artifact, 'component' | 'version' | 'signedBy'>[]
    readonly next: string | null
  }
}): string {
  const alone = items
    .filter(({ signedBy }) => signedBy.length === 1 && signedBy[0] === name)
    .map(({ component, version }) => `${component} ${version}`)
  const left = alone.length - NAMED_MAX
  const named = [...alone.slice(0, NAMED_MAX), ...(left > 0 ? [`${left} more`] : [])].join(', ')
  const among = next === null ? '' : ` of the newest ${items.length} artifacts`
  return [
    `Signatures by ${name} count no more, and that cannot be undone.`,
    alone.length === 0
      ? `It alone has signed none${among}.`
      : `Signed by no other key${among}: ${named}.`,
    ...(keys.length > 1
      ? []
      : [
          `It is the last key that ${project} trusts: the check "signed" then holds for nothing until it trusts one again.`,
        ]),
  ].join(' ')
}
