// ⌘K: everything that can be done here, and every place to go.

import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { Search } from 'lucide-react'
import {
  useContext,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
} from 'react'
import { isMac, keyWords } from '../lib/keys/key-words.ts'
import { BACKDROP } from '../ui/raised.ts'
import { Kbd } from '../ui/kbd.tsx'
import { CommandContext, type Command } from './command-registry.ts'
import { rankCommands } from './rank-commands.ts'
import { useObjects } from './use-objects.tsx'

interface PaletteProps {
  readonly isOpen: boolean
  /** What was typed before the palette was there. */
  readonly takeTyped: () => string
  readonly onClose: () => void
}

export function Palette({ isOpen, takeTyped, onClose }: PaletteProps): ReactElement {
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={BACKDROP} />
        <Dialog.Popup
          aria-label="Jump to"
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[76vh] w-165 max-w-[calc(100vw-24px)] -translate-x-1/2 flex-col overflow-hidden rounded-4 border border-line bg-raised shadow-2 max-drawer:top-3"
        >
          <Choices takeTyped={takeTyped} onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Choices({ takeTyped, onClose }: Omit<PaletteProps, 'isOpen'>): ReactElement {
  const registry = useContext(CommandContext)
  const [typed, setTyped] = useState('')
  // Things are found by typing; before that the palette is short.
  const objects = useObjects(typed.trim() !== '' && !typed.startsWith('>'))
  const groups = rankCommands([...registry.list(), ...objects.commands], typed)
  const choose = (command: Command): void => {
    onClose()
    command.run()
  }
  // Enter before all is read waits for it: what fits best may be there only then. What was gone to with the arrows is meant.
  const isEntered = useRef(false)
  const isPicked = useRef(false)
  const chooseEntered = useEffectEvent(() => {
    const [best] = groups.flatMap(({ commands }) => commands)
    if (isEntered.current && best !== undefined) choose(best)
    isEntered.current = false
  })
  useEffect(() => {
    if (!objects.isReading) chooseEntered()
  }, [objects.isReading])
  const holdEnter = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !objects.isReading || isPicked.current) return
    event.preventDefault()
    event.stopPropagation()
    isEntered.current = true
  }
  return (
    <Autocomplete.Root
      open
      inline
      items={groups.map(({ group, commands }) => ({ group, items: commands }))}
      filter={null}
      value={typed}
      onValueChange={(value) => {
        isEntered.current = false
        setTyped(value)
      }}
      onItemHighlighted={(_, { reason }) => {
        isPicked.current = reason === 'keyboard'
      }}
      itemToStringValue={(command: Command) => command.label}
      autoHighlight="always"
      keepHighlight
    >
      <label
        onKeyDownCapture={holdEnter}
        className="flex items-center gap-3 border-b border-line px-4"
      >
        <Search size={16} aria-hidden className="text-ink-3" />
        <span className="sr-only">What to do or where to go</span>
        <Autocomplete.Input
          placeholder="What to do or where to go"
          onFocus={() => {
            const more = takeTyped()
            setTyped((known) => known + more)
          }}
          className="h-13 w-full bg-transparent text-16 outline-none"
        />
      </label>
      <Autocomplete.Empty className="px-4 py-8 text-center text-12 text-ink-3 empty:hidden">
        {objects.isReading
          ? 'Looking…'
          : 'Nothing is called that. Places, things and actions are found by any word of their name.'}
      </Autocomplete.Empty>
      <Autocomplete.List className="min-h-0 overflow-y-auto p-2">
        {groups.map(({ group, commands }) => (
          <Autocomplete.Group key={group} items={[...commands]} className="mb-1">
            <Autocomplete.GroupLabel className="px-2.5 py-1 text-11 text-ink-3">
              {group}
            </Autocomplete.GroupLabel>
            {commands.map((command) => (
              <Autocomplete.Item
                key={command.id}
                value={command}
                onClick={() => choose(command)}
                className="flex h-9 cursor-pointer items-center gap-3 rounded-2 px-2.5 outline-none data-highlighted:bg-active max-drawer:h-11"
              >
                <span className="flex w-4 justify-center text-ink-3">{command.icon}</span>
                <span className="font-name">{command.label}</span>
                <span className="grow truncate text-12 text-ink-3">{command.detail}</span>
                {command.keys !== undefined &&
                  keyWords(command.keys, isMac()).map((key) => <Kbd key={key}>{key}</Kbd>)}
              </Autocomplete.Item>
            ))}
          </Autocomplete.Group>
        ))}
      </Autocomplete.List>
      <footer className="flex gap-4 border-t border-line bg-sunken px-4 py-2 text-12 text-ink-3 max-drawer:hidden">
        <span className="flex items-center gap-1">
          <Kbd>↑</Kbd> <Kbd>↓</Kbd> move
        </span>
        <span className="flex items-center gap-1">
          <Kbd>↵</Kbd> run
        </span>
        <span className="ml-auto flex items-center gap-1">
          <Kbd>&gt;</Kbd> commands only
        </span>
        <span className="flex items-center gap-1">
          <Kbd>#</Kbd> versions
        </span>
        <span className="flex items-center gap-1">
          <Kbd>@</Kbd> people
        </span>
      </footer>
    </Autocomplete.Root>
  )
}
