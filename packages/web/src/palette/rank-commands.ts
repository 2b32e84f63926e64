import { COMMAND_GROUPS, type Command } from './command-registry.ts'

/** Things that are shown of a group at most: who types on finds the others. */
const SHOWN_MAX = 12

/**
 * The commands that fit what was typed, by group, the best first. `>` in front leaves out where one can go, `#` finds snapshots alone,
 * `@` people.
 */
export function rankCommands(
  commands: readonly Command[],
  typed: string,
): readonly { readonly group: Command['group']; readonly commands: readonly Command[] }[] {
  const isActionsOnly = typed.startsWith('>')
  const only = typed.startsWith('#') ? 'snapshot' : typed.startsWith('@') ? 'person' : undefined
  const words = typed
    .replace(/^[>#@]/, '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return COMMAND_GROUPS.flatMap((group) => {
    if (isActionsOnly && group === 'Go to') return []
    const ranked = commands
      .filter((command) => command.group === group && (only === undefined || command.kind === only))
      .map((command) => ({ command, rank: rankOf(command, words) }))
      .filter(({ rank }) => rank > 0)
      .sort((a, b) => b.rank - a.rank)
      .slice(0, SHOWN_MAX)
      .map(({ command }) => command)
    return ranked.length === 0 ? [] : [{ group, commands: ranked }]
  })
}

/** 0: does not fit. A label that begins with the words comes before one that has them, and that before the detail. */
function rankOf({ label, detail = '' }: Command, words: readonly string[]): number {
  const [name, more] = [label.toLowerCase(), detail.toLowerCase()]
  const ranks = words.map((word) => {
    if (name.startsWith(word)) return 4
    if (name.includes(` ${word}`)) return 3
    if (name.includes(word)) return 2
    return more.includes(word) ? 1 : 0
  })
  return ranks.includes(0) ? 0 : 1 + ranks.reduce<number>((sum, rank) => sum + rank, 0)
}
