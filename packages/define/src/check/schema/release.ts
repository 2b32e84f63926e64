import * as z from 'zod/mini'

import { complain, strict } from './complaint.ts'
import * as limits from './limits.ts'
import { titleOf } from './name.ts'
import { preset } from './preset.ts'
import { DateOrTime } from './process.ts'
import { Approver, Reference } from './reference.ts'
import { atMost, Name, ReleaseName, Text } from './value.ts'

const Collect = strict('collect', {
  kind: z.literal('collect'),
  application: Reference,
  from: Reference,
  versions: z.optional(
    z.string().check(
      z.regex(/^(?:>=)?\d{1,6}(?:\.\d{1,6}){0,2}(?:\.x)?$/, {
        error: complain({
          code: 'wrong_unit',
          message: 'Versions are written 2.x, 2.1.x, 2.1.0 or >=2.1.',
        }),
      }),
    ),
  ),
})
export type CollectDefinition = z.output<typeof Collect>

/** Release with every default applied. */
export const Release = z.pipe(
  strict('release', {
    kind: z.literal('release'),
    name: ReleaseName,
    title: z.optional(Text),
    renamedFrom: z.optional(ReleaseName),
    purpose: z.optional(Text),
    owner: Approver,
    pipeline: Reference,
    applications: z.array(Collect).check(z.minLength(1), z.maxLength(limits.COLLECTED_MAX)),
    /** Stage → environment, for the stages that the pipeline leaves open. */
    environments: preset(z.record(Name, Reference).check(atMost(limits.STAGES_MAX, 'stages')), {}),
    /** Stage → when it is planned to begin. */
    planned: preset(z.record(Name, DateOrTime).check(atMost(limits.STAGES_MAX, 'stages')), {}),
  }),
  z.transform((release) => ({ ...release, title: release.title ?? titleOf(release.name) })),
)
export type ReleaseDefinition = z.output<typeof Release>
