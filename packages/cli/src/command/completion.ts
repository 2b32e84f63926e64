// Completion in the shell: scripts that ask this program, and its answers.

import { COMMON_FLAGS, type Command, type Noun } from './command.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** The word under which the scripts ask. It is not in help: people have no use for it. */
export const COMPLETE_WORD = '__complete'

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# lockstep completion bash > /etc/bash_completion.d/lockstep
_lockstep() {
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  mapfile -t COMPREPLY < <(lockstep ${COMPLETE_WORD} "\${words[@]}" 2>/dev/null)
}
complete -o default -F _lockstep lockstep
# A colon is part of a snapshot's address, and not a border between words.
COMP_WORDBREAKS=\${COMP_WORDBREAKS//:/}`,
  zsh: `#compdef lockstep
# lockstep completion zsh > "\${fpath[1]}/_lockstep"
_lockstep() {
  local -a found
  found=("\${(@f)$(lockstep ${COMPLETE_WORD} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if (( \${#found} )) && [[ -n "\${found[1]}" ]]; then compadd -Q -- "\${found[@]}"; else _files; fi
}
compdef _lockstep lockstep`,
  fish: `# lockstep completion fish > ~/.config/fish/completions/lockstep.fish
complete -c lockstep -a '(set -l typed (commandline -opc) (commandline -ct); lockstep ${COMPLETE_WORD} $typed[2..-1] 2>/dev/null)'`,
}

export function completionScript(shell: Shell): string {
  return SCRIPTS[shell]
}

/** What may stand where the last typed word stands: words and flags, or a noun whose names the server has. */
export function findCompletions(
  typed: readonly string[],
  commands: readonly Command[],
): { readonly words: readonly string[]; readonly noun?: Noun } {
  const begun = typed.at(-1) ?? ''
  const before = typed.slice(0, -1).filter((word) => !word.startsWith('-'))
  const command =
    commands.find(
      ({ words }) => words.length === 2 && words.every((word, index) => before[index] === word),
    ) ?? commands.find(({ words }) => words.length === 1 && words[0] === before[0])
  if (begun.startsWith('-')) return { words: matching(flagsOf(command), begun) }
  if (command === undefined) {
    const depth = before.length
    const next = commands
      .filter(({ words }) => before.every((word, index) => words[index] === word))
      .flatMap(({ words }) => words[depth] ?? [])
    return { words: matching([...new Set(next)], begun) }
  }
  const position = before.length - command.words.length
  const taken = Object.values(command.arguments)
  const noun = (taken[position] ?? taken.findLast(({ many }) => many === true))?.completes
  const verbs = commands
    .filter(
      ({ words }) =>
        words.length > before.length && before.every((word, index) => words[index] === word),
    )
    .flatMap(({ words }) => words[before.length] ?? [])
  return { words: matching(verbs, begun), ...(noun === undefined ? {} : { noun }) }
}

function flagsOf(command: Command | undefined): string[] {
  return Object.keys({ ...command?.flags, ...COMMON_FLAGS }).map((name) => `--${name}`)
}

function matching(words: readonly string[], begun: string): string[] {
  return words.filter((word) => word.startsWith(begun))
}
