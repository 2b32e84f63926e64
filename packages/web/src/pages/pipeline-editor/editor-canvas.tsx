import { useRef, useState, type ComponentProps, type ReactElement } from 'react'
import { PipelineCanvas } from '../../components/pipeline/pipeline-canvas.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { ZoomBox } from '../../ui/zoom-box.tsx'

const KEYS = [
  { keys: ['T'], words: 'task' },
  { keys: ['G'], words: 'gate rule' },
  { keys: ['⇧↑', '⇧↓'], words: 'move' },
  { keys: ['?'], words: 'all keys' },
] as const

/** The stages of the draft, as large as wanted, with the keys that edit them. */
export function EditorCanvas(
  props: Omit<ComponentProps<typeof PipelineCanvas>, 'scale' | 'area'>,
): ReactElement {
  const [percent, setPercent] = useState(100)
  const area = useRef<HTMLDivElement>(null)
  return (
    <div className="@container relative flex min-w-0 grow">
      <PipelineCanvas {...props} scale={percent / 100} area={area} />
      <div className="absolute bottom-3.5 left-4 z-1">
        <ZoomBox percent={percent} area={area} onZoom={setPercent} />
      </div>
      <p className="absolute right-4 bottom-3.5 z-1 hidden items-center gap-3.5 rounded-2 bg-bg px-2 py-1 text-12 text-ink-2 @min-[560px]:flex">
        {KEYS.map(({ keys, words }) => (
          <span key={words} className="flex items-center gap-1">
            {keys.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
            <span className="ml-0.5">{words}</span>
          </span>
        ))}
      </p>
    </div>
  )
}
