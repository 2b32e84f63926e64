import { useContext, type ReactElement } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { Signs } from '../../ui/signs.tsx'
import type { KeyBinding } from './key-registry.ts'
import { isMac, keyWords } from './key-words.ts'
import { KeyContext } from './use-keys.ts'

/** `?`: all keys that mean something now, and what the signs mean. */
export function KeySheet({
  isOpen,
  onClose,
}: {
  readonly isOpen: boolean
  readonly onClose: () => void
}): ReactElement {
  const registry = useContext(KeyContext)
  const groups = Map.groupBy(isOpen ? registry.list() : [], ({ group }) => group)
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Keys and signs"
      detail="No key alone ever approves, rejects, stops or rolls back."
    >
      <div
        role="region"
        aria-label="All keys and signs"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        tabIndex={0}
        className="space-y-4"
      >
        {[...groups].map(([group, bindings]) => (
          <section key={group} aria-label={group}>
            <h3 className="mb-1 text-11 text-ink-3">{group}</h3>
            <dl className="divide-y divide-line">
              {bindings.map((binding) => (
                <Row key={binding.keys} binding={binding} />
              ))}
            </dl>
          </section>
        ))}
        <Signs />
      </div>
    </Dialog>
  )
}

function Row({ binding }: { readonly binding: KeyBinding }): ReactElement {
  return (
    <div className="flex h-8 items-center justify-between">
      <dt>{binding.label}</dt>
      <dd className="flex gap-1">
        {keyWords(binding.keys, isMac()).map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </dd>
    </div>
  )
}
