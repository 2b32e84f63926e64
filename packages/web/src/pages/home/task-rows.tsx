import type { WaitingTask as TaskSchema } from '@lockstep/contract'
import type { ReactElement } from 'react'
import type * as z from 'zod/mini'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { buttonClasses } from '../../ui/button.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Duration } from '../../ui/time.tsx'

type Task = z.output<typeof TaskSchema>

/** Manual tasks that wait on me. */
export function TaskRows({ tasks }: { readonly tasks: readonly Task[] }): ReactElement {
  return (
    <>
      {tasks.map((task) => {
        const link = {
          to: '/runs/$run',
          params: { run: task.run },
          search: { task: `${task.stage}/${task.task}` },
        } as const
        return (
          <div
            key={`${task.run} ${task.stage} ${task.task}`}
            className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5"
          >
            <StateGlyph state="waiting" size={20} />
            <div className="min-w-50 grow basis-0">
              <ScreenLink
                {...link}
                isRow
                className="text-14 font-heading tracking-heading hover:underline"
              >
                {task.title} · {task.of}
              </ScreenLink>
              <p className="truncate text-12 text-ink-2" title={task.instructions}>
                Manual task in {task.stageTitle}
                {task.by.length > 0 && `, for ${task.by.join(' or ')}`}
              </p>
            </div>
            <span className="text-12 text-ink-3">
              <Duration from={task.since} />
            </span>
            <ScreenLink {...link} className={`max-drawer:w-full ${buttonClasses()}`}>
              Open task
            </ScreenLink>
          </div>
        )
      })}
    </>
  )
}
