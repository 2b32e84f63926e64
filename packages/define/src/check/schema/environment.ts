import * as z from 'zod/mini'

import { complain, strict } from './complaint.ts'
import { unknownKind } from './kind.ts'
import * as limits from './limits.ts'
import { titleOf } from './name.ts'
import { preset } from './preset.ts'
import { DateOrTime } from './process.ts'
import { Approver, Reference } from './reference.ts'
import { Http, Rules } from './rule.ts'
import {
  atMost,
  Condition,
  Count,
  Duration,
  Line,
  Name,
  Secret,
  Secrets,
  Share,
  Text,
  Variables,
  Words,
} from './value.ts'
import { DEVICE_TIME, parseWindow } from './window.ts'

const Hosts = strict('hosts tier', {
  kind: z.literal('hosts'),
  name: Name,
  label: z.optional(Line),
  agents: z.optional(z.array(Line).check(z.minLength(1), z.maxLength(1_000))),
  atOnce: preset(Count, 1),
  healthy: z.optional(Http),
  stopAfter: preset(Count, 1),
}).check(
  z.refine((tier) => (tier.label === undefined) !== (tier.agents === undefined), {
    error: complain({
      code: 'missing_field',
      message: 'A hosts tier is filled by label or by agents: one of them.',
    }),
  }),
)

const SIZE_RULE = "A wave is a share, '1%', a bare number of devices, or a condition on devices."
const Wave = strict('wave', {
  kind: z.literal('wave'),
  size: z.union([Share, Count, Condition], {
    error: complain({ code: 'wrong_unit', message: SIZE_RULE }),
  }),
  soak: z.optional(Duration),
  hold: preset(Rules, []),
})
export type WaveDefinition = z.output<typeof Wave>

const WINDOW_RULE =
  'A window is written Mon-Thu 06:00-16:00 Europe/Berlin; the days may be left out.'
const Fleet = strict('fleet tier', {
  kind: z.literal('fleet'),
  name: Name,
  where: Condition,
  waves: preset(z.array(Wave).check(z.minLength(1), z.maxLength(limits.WAVES_MAX)), [
    { kind: 'wave', size: '100%', hold: [] },
  ]),
  pauseAt: z.optional(Share),
  stopAt: z.optional(Share),
  window: z.optional(
    z.string().check(
      z.refine((text) => parseWindow(text) !== undefined, {
        error: complain({
          code: 'wrong_time',
          message: 'The window of a fleet is written 18:00-12:00 device time, or with a time zone.',
        }),
      }),
    ),
  ),
})

const Store = strict('store tier', {
  kind: z.literal('store'),
  name: Name,
  app: Line,
  track: Line,
  group: z.optional(Line),
  phased: preset(z.boolean(), false),
  credentials: Secret,
})

const TIERS = [Hosts, Fleet, Store] as const
const EnvironmentTier = z.discriminatedUnion('kind', TIERS, {
  error: unknownKind('environment tier', TIERS),
})
export type EnvironmentTierDefinition = z.output<typeof EnvironmentTier>
/** A tier of one kind: `EnvironmentTierOf<'fleet'>`. */
export type EnvironmentTierOf<K extends EnvironmentTierDefinition['kind']> = Extract<
  EnvironmentTierDefinition,
  { kind: K }
>

const TierMap = strict('tierMap', {
  kind: z.literal('tier_map'),
  application: Reference,
  /** Application tier → environment tier. */
  map: z.record(Name, Name).check(atMost(limits.TIERS_MAX, 'tiers')),
})
export type TierMapDefinition = z.output<typeof TierMap>

const ChangeWindow = strict('window', {
  kind: z.literal('window'),
  name: Words,
  when: z.string().check(
    z.refine((text) => parseWindow(text) !== undefined && !text.endsWith(DEVICE_TIME), {
      error: complain({ code: 'wrong_time', message: WINDOW_RULE }),
    }),
  ),
})
const Freeze = strict('freeze', {
  kind: z.literal('freeze'),
  name: Words,
  from: DateOrTime,
  until: DateOrTime,
}).check(
  z.refine((freeze) => Date.parse(freeze.from) <= Date.parse(freeze.until), {
    error: complain({ code: 'wrong_time', message: 'This freeze ends before it begins.' }),
  }),
)

/** Environment with every default applied. */
export const Environment = z.pipe(
  strict('environment', {
    kind: z.literal('environment'),
    name: Name,
    title: z.optional(Text),
    renamedFrom: z.optional(Name),
    tiers: z.array(EnvironmentTier).check(z.minLength(1), z.maxLength(limits.TIERS_MAX)),
    receives: z.array(TierMap).check(z.minLength(1), z.maxLength(limits.TIERS_MAX)),
    variables: preset(Variables, {}),
    secrets: preset(Secrets, {}),
    approvers: preset(z.array(Approver).check(z.maxLength(limits.APPROVERS_MAX)), []),
    allowSelfApproval: preset(z.boolean(), false),
    windows: preset(z.array(ChangeWindow).check(z.maxLength(limits.WINDOWS_MAX)), []),
    freezes: preset(z.array(Freeze).check(z.maxLength(limits.WINDOWS_MAX)), []),
  }),
  z.transform((environment) => ({
    ...environment,
    title: environment.title ?? titleOf(environment.name),
  })),
)
export type EnvironmentDefinition = z.output<typeof Environment>
