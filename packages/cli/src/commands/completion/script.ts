import { command } from '../../command/command.ts'
import { completionScript, SHELLS } from '../../command/completion.ts'
import { UsageRefusal } from '../../command/failure.ts'

export const completion = command({
  words: 'completion',
  arguments: { shell: { shown: 'SHELL' } },
  summary: 'Print what makes a shell complete commands and names: bash, zsh or fish',
  examples: [
    'lockstep completion bash > ~/.local/share/bash-completion/completions/lockstep',
    'lockstep completion fish > ~/.config/fish/completions/lockstep.fish',
  ],
  async run({ terminal }, { shell: typed }) {
    const shell = SHELLS.find((known) => known === typed)
    if (shell === undefined) {
      throw new UsageRefusal(`There is completion for ${SHELLS.join(', ')}, not for "${typed}".`)
    }
    terminal.print(completionScript(shell))
    return 0
  },
})
