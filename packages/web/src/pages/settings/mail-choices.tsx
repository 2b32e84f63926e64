import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { Card } from '../../ui/card.tsx'
import { reasonOf } from '../../ui/error-card.tsx'
import { Part } from '../../ui/part.tsx'
import { Segments } from '../../ui/tabs.tsx'
import { useTell } from '../../ui/toast.tsx'

const choicesQuery = queryOptions({
  queryKey: ['my mails'],
  queryFn: () => api.showMailChoices(),
})

type Choice = Awaited<ReturnType<typeof api.showMailChoices>>['choices'][number]

/** Which mails I get: each that asks me for nothing is switched on or off by itself. */
export function MailChoices(): ReactElement {
  const query = useQuery(choicesQuery)
  const queries = useQueryClient()
  const tell = useTell()
  const choose = useMutation({
    mutationFn: (choices: readonly Choice[]) =>
      api.chooseMails({
        off: choices.filter(({ wanted }) => !wanted).map(({ choice }) => choice),
      }),
    onSuccess: (chosen) => queries.setQueryData(choicesQuery.queryKey, chosen),
    onError: (error) => tell({ title: 'Not changed', detail: reasonOf(error), state: 'failed' }),
  })
  return (
    <Card className="mt-2">
      <Part what="Your choice of mails" query={query}>
        {({ choices, always }) => (
          <>
            <ul className="divide-y divide-line">
              {choices.map((one) => (
                <li key={one.choice} className="flex items-center gap-4 px-3.5 py-2">
                  <span className="min-w-0 grow">
                    <span className="block font-name">{one.title}</span>
                    <span className="block text-12 text-ink-2">{one.detail}</span>
                  </span>
                  <Segments
                    label={one.title}
                    value={one.wanted ? 'on' : 'off'}
                    options={ON_OFF}
                    onChange={(value) => {
                      // Each sends the whole choice: one after the other, so that none is lost.
                      if (choose.isPending) return
                      choose.mutate(
                        choices.map((other) =>
                          other === one ? { ...one, wanted: value === 'on' } : other,
                        ),
                      )
                    }}
                  />
                </li>
              ))}
            </ul>
            <p className="border-t border-line px-3.5 py-2 text-12 text-ink-3">{always}</p>
          </>
        )}
      </Part>
    </Card>
  )
}

const ON_OFF = [
  { value: 'on', label: 'On' },
  { value: 'off', label: 'Off' },
] as const
