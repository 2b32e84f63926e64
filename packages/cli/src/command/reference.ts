// The reference page of the command line.

import { VARIABLES } from '../config.ts'
import { COMMON_FLAGS, type Command, type Flags } from './command.ts'
import { GROUPS, usageOf } from './help.ts'
import { PAGES } from './help-pages.ts'

/** All commands as Markdown: `docs/reference/cli.md`. */
export function presentReference(commands: readonly Command[]): string {
  const groups = Object.entries(GROUPS).flatMap(([group, nouns]) => {
    const own = nouns.flatMap((noun) => commands.filter(({ words }) => words[0] === noun))
    return own.length === 0 ? [] : [`## ${group}`, ...own.map(presentCommand)]
  })
  const pages = Object.entries(PAGES).map(
    ([name, text]) => `## \`lockstep help ${name}\`\n\n\`\`\`text\n${text}\n\`\`\``,
  )
  const variables = Object.entries(VARIABLES).map(
    ([name, meaning]) => `| \`${name}\` | ${meaning} |`,
  )
  return `${[
    '# Command line',
    '`lockstep NOUN VERB THING [flags]`. A noun alone lists. Generated from the commands; change them, not this page.',
    `## Flags of every command\n\n${presentFlags(COMMON_FLAGS)}`,
    `## Variables\n\n| variable | meaning |\n| --- | --- |\n${variables.join('\n')}`,
    ...groups,
    ...pages,
  ].join('\n\n')}\n`
}

function presentCommand(command: Command): string {
  const flags = Object.keys(command.flags).length === 0 ? [] : [presentFlags(command.flags)]
  return [
    `### \`lockstep ${usageOf(command)}\``,
    `${command.summary}.`,
    `\`\`\`sh\n${command.examples.join('\n')}\n\`\`\``,
    ...flags,
  ].join('\n\n')
}

function presentFlags(flags: Flags): string {
  const rows = Object.entries(flags).map(([name, { type, short, value, summary }]) => {
    const long = type === 'boolean' ? `--${name}` : `--${name} ${value ?? 'VALUE'}`
    return `| \`${short === undefined ? long : `-${short}, ${long}`}\` | ${summary.replaceAll('|', String.raw`\|`)} |`
  })
  return ['| flag | meaning |', '| --- | --- |', ...rows].join('\n')
}
