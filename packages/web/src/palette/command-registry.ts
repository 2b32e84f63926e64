// What can be done now, for the palette. Parts of the page add their commands while they are shown.

import { createContext, useContext, useEffect, useRef, type ReactNode } from 'react'

export const COMMAND_GROUPS = ['Here', 'Go to', 'Change'] as const

export interface Command {
  readonly id: string
  readonly group: (typeof COMMAND_GROUPS)[number]
  /** A verb for what is done, a name for where it goes. */
  readonly label: string
  readonly detail?: string
  readonly icon?: ReactNode
  /** Of a thing to go to: `#` finds versions alone, `@` people. */
  readonly kind?: string
  /** The keys that do the same. */
  readonly keys?: string
  /** Opens the same panel or dialog as a click does; a decision is never made here. */
  readonly run: () => void
}

export interface CommandRegistry {
  readonly add: (read: () => readonly Command[]) => () => void
  readonly list: () => readonly Command[]
}

export function createCommandRegistry(): CommandRegistry {
  const added: (() => readonly Command[])[] = []
  return {
    add(read) {
      added.push(read)
      return () => {
        const at = added.indexOf(read)
        if (at >= 0) added.splice(at, 1)
      }
    },
    list: () => added.flatMap((read) => read()),
  }
}

export const CommandContext = createContext<CommandRegistry>(createCommandRegistry())

/** Puts these commands into the palette while the part is shown. */
export function useCommands(commands: readonly Command[]): void {
  const registry = useContext(CommandContext)
  const latest = useRef(commands)
  useEffect(() => {
    latest.current = commands
  })
  useEffect(() => registry.add(() => latest.current), [registry])
}
