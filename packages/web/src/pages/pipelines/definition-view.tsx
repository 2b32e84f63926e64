import type { ReactElement } from 'react'
import { Zap } from 'lucide-react'
import { detailOfPart, titleOfPart } from '../../components/pipeline/part-words.ts'
import { PipelineCanvas } from '../../components/pipeline/pipeline-canvas.tsx'
import { listAt, type Json, type Way } from '../../components/pipeline/pipeline-parts.ts'

interface DefinitionViewProps {
  readonly pipeline: Json
  readonly selected: string | undefined
  readonly onSelect: (way: Way) => void
}

/** A pipeline as it is defined: what starts it, its parameters, and its stages. */
export function DefinitionView({
  pipeline,
  selected,
  onSelect,
}: DefinitionViewProps): ReactElement {
  const triggers = listAt(pipeline, 'on')
  const parameters = listAt(pipeline, 'parameters')
  return (
    <>
      <dl className="flex flex-wrap gap-x-8 gap-y-2 border-b border-line bg-surface px-4 py-3 drawer:px-5">
        <div>
          <dt className="text-12 text-ink-3">Starts on</dt>
          <dd>
            {triggers.length === 0 ? (
              'a person, or a release that goes through it'
            ) : (
              <ul className="flex flex-wrap gap-x-5 gap-y-1">
                {triggers.map((trigger, at) => {
                  const part = { is: 'trigger', way: ['on', at] } as const
                  return (
                    <li key={at} className="flex items-center gap-1.5">
                      <Zap size={13} aria-hidden className="text-ink-3" />
                      {titleOfPart(part, trigger)}
                      <span className="text-12 [overflow-wrap:anywhere] text-ink-2">
                        {detailOfPart(part, trigger)}
                      </span>
                    </li>
                  )
                })}
              </ul>
            )}
          </dd>
        </div>
        {parameters.length > 0 && (
          <div>
            <dt className="text-12 text-ink-3">Parameters</dt>
            <dd>
              <ul className="flex flex-wrap gap-x-5 gap-y-1">
                {parameters.map((parameter, at) => {
                  const part = { is: 'parameter', way: ['parameters', at] } as const
                  return (
                    <li key={at}>
                      {titleOfPart(part, parameter)}{' '}
                      <span className="text-12 text-ink-2">{detailOfPart(part, parameter)}</span>
                    </li>
                  )
                })}
              </ul>
            </dd>
          </div>
        )}
      </dl>
      <PipelineCanvas label="Stages" pipeline={pipeline} selected={selected} onSelect={onSelect} />
    </>
  )
}
