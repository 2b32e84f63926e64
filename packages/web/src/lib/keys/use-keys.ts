import { createContext, useContext, useEffect, useRef } from 'react'
import { createKeyRegistry, type KeyBinding, type KeyRegistry } from './key-registry.ts'

/** The registry of this page; a new one only where nothing was provided, as in a part that is drawn alone. */
export const KeyContext = createContext<KeyRegistry>(createKeyRegistry())

/** Gives these keys a meaning while the part is shown. Bindings may change with each drawing. */
export function useKeys(bindings: readonly KeyBinding[], isActive = true): void {
  const registry = useContext(KeyContext)
  const latest = useRef(bindings)
  useEffect(() => {
    latest.current = bindings
  })
  useEffect(() => (isActive ? registry.add(() => latest.current) : undefined), [registry, isActive])
}
