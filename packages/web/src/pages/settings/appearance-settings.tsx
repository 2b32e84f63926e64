import { useSyncExternalStore, type ReactElement } from 'react'
import { Card, Section } from '../../ui/card.tsx'
import { Segments } from '../../ui/tabs.tsx'

const THEMES = ['system', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]
const THEME_WORDS: Readonly<Record<Theme, string>> = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
}
const CHANGED = 'lockstep:theme'

/** How this browser shows the page, and which keys it hears. Kept in this browser alone. */
export function AppearanceSettings(): ReactElement {
  const theme = useSetting('lockstep.theme')
  const keys = useSetting('lockstep.keys')
  const shown = THEMES.find((one) => one === theme) ?? 'system'
  return (
    <div className="space-y-6">
      <Section title="Theme" count="of this browser">
        <Card className="p-3.5">
          <Segments
            label="Theme"
            value={shown}
            options={THEMES.map((value) => ({ value, label: THEME_WORDS[value] }))}
            onChange={(value) => keep('lockstep.theme', value === 'system' ? null : value)}
          />
        </Card>
      </Section>
      <Section title="Keys of one letter" count="of this browser">
        <Card className="space-y-2 p-3.5">
          <Segments
            label="Keys of one letter"
            value={keys === 'off' ? 'off' : 'on'}
            options={[
              { value: 'on', label: 'On' },
              { value: 'off', label: 'Off' },
            ]}
            onChange={(value) => keep('lockstep.keys', value === 'off' ? 'off' : null)}
          />
          <p className="text-12 text-ink-2">
            J, K, G and the like. Whoever speaks to the computer, or hits keys by accident, switches
            them off; everything is reachable without them. No key alone ever decides anything.
          </p>
        </Card>
      </Section>
    </div>
  )
}

/** A setting of this browser; null: not made. */
function useSetting(name: string): string | null {
  return useSyncExternalStore(subscribe, () => localStorage.getItem(name))
}

function subscribe(onChange: () => void): () => void {
  for (const event of [CHANGED, 'storage']) addEventListener(event, onChange)
  return () => {
    for (const event of [CHANGED, 'storage']) removeEventListener(event, onChange)
  }
}

/** `theme.js` listens to the same event. */
function keep(name: string, value: string | null): void {
  if (value === null) localStorage.removeItem(name)
  else localStorage.setItem(name, value)
  dispatchEvent(new Event(CHANGED))
}
