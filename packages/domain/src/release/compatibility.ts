// Whether everything that meets in the field has a partner that it understands, and in which order a release keeps it so.

import { parseProvided, parseRequired, rangesMeet, type Contracts } from './contract-range.ts'

/** A component in one version, with the contracts that were stamped on its artifact. */
export interface Offer extends Contracts {
  /** Address of its application, `project/name`: an application is delivered as one. */
  readonly application: string
  readonly component: string
  readonly version: string
}

/** What really is out there. */
export interface Fielded extends Offer {
  /** How many resources run it: hosts, devices, phones. */
  readonly count: number
  /** Where, as people say it: the environment, or a part of its fleet. */
  readonly where: string
  /**
   * It is gone once its application has been delivered, as on hosts. False: it may stay for long beside the new one,
   * as on devices that are away and phones whose owners do not update.
   */
  readonly leaves: boolean
}

/** One thing without a partner: who needs what, how many they are, and what there is instead. */
export interface Mismatch {
  readonly contract: string
  readonly consumer: {
    readonly application: string
    readonly component: string
    readonly version: string
    readonly needs: string
    /** How many run it now; 0: the release brings it. */
    readonly count: number
    readonly where: string
  }
  /** The version that it would meet and does not understand; null: nothing provides this contract. */
  readonly provider: {
    readonly application: string
    readonly component: string
    readonly version: string
    readonly provides: string
  } | null
}

export type Compatibility =
  | { readonly fits: true }
  | { readonly fits: false; readonly mismatches: readonly Mismatch[] }

/**
 * Whether everything has a partner once all of `brings` is delivered into `field`. What leaves is gone; what stays must be
 * understood by what comes, and understand it. Refuses with each pair that does not fit and how many it concerns.
 */
export function judgeCompatibility(input: {
  readonly brings: readonly Offer[]
  readonly field: readonly Fielded[]
}): Compatibility {
  const delivered = new Set(input.brings.map((offer) => offer.application))
  const mismatches = findMismatches(present(input.brings, input.field, delivered))
  return mismatches.length === 0 ? { fits: true } : { fits: false, mismatches }
}

/** The answer of the planner: an order in which every state in between fits, or where the wanted one does not. */
export type OrderPlan =
  | { readonly fits: true; readonly order: readonly string[] }
  | {
      readonly fits: false
      /** The application of the wanted order after which it does not fit; null: it does not fit before the first one. */
      readonly after: string | null
      readonly mismatches: readonly Mismatch[]
      /** An order that fits; undefined: there is none, or none was found in `ORDER_STATES_MAX` states. */
      readonly offered: readonly string[] | undefined
    }

/** How many states in between the search for an order looks at, at most: all of them up to ten applications. */
export const ORDER_STATES_MAX = 2_000

/**
 * Whether the applications can be delivered in this order: after each of them nothing in the field has lost its partner,
 * and after the last everything has one. What had no partner before the first step is not blamed on a step in between.
 * If they cannot, it says after which application, names the pairs, and offers an order that fits when there is one.
 */
export function planOrder(input: {
  /** The wanted order: addresses of applications. */
  readonly applications: readonly string[]
  readonly brings: readonly Offer[]
  readonly field: readonly Fielded[]
}): OrderPlan {
  const { applications } = input
  const judge = composeJudge(input)
  for (const [index, application] of applications.entries()) {
    const mismatches = judge(new Set(applications.slice(0, index + 1)))
    if (mismatches.length === 0) continue
    return { fits: false, after: application, mismatches, offered: findOrder(applications, judge) }
  }
  const left = applications.length === 0 ? judge(new Set()) : []
  if (left.length === 0) return { fits: true, order: applications }
  return { fits: false, after: null, mismatches: left, offered: undefined }
}

/** The sentences of a mismatch: the pair, the number it concerns, and the ways out. */
export function mismatchText({ contract, consumer, provider }: Mismatch): string {
  const { component, version, needs, count, where } = consumer
  const isNew = count === 0
  const who = isNew
    ? `${component} ${version} needs ${needs}`
    : `${grouped(count)} in ${where} run ${component} ${version}, which needs ${needs}`
  if (provider === null) {
    return `Nothing provides ${contract}; ${who}. Deliver what provides it first.`
  }
  const way = isNew
    ? `Deliver what provides ${needs} first, or let it work with ${provider.provides}.`
    : `Update them first, or keep providing ${needs}.`
  return `${provider.component} ${provider.version} provides ${contract} ${provider.provides}; ${who}. ${way}`
}

// ── what meets ───────────────────────────────────────────────────────────────────────────────

type Present = Offer & { readonly count: number; readonly where: string }
type Judge = (delivered: ReadonlySet<string>) => readonly Mismatch[]

/** Mismatches of the state in which these applications have been delivered, as the planner counts them. */
function composeJudge(input: {
  readonly applications: readonly string[]
  readonly brings: readonly Offer[]
  readonly field: readonly Fielded[]
}): Judge {
  const before = new Set(findMismatches(present([], input.field, new Set())).map(keyOf))
  return (delivered) => {
    const brings = input.brings.filter((offer) => delivered.has(offer.application))
    const found = findMismatches(present(brings, input.field, delivered))
    const isLast = input.applications.every((application) => delivered.has(application))
    return isLast ? found : found.filter((mismatch) => !before.has(keyOf(mismatch)))
  }
}

function present(
  brings: readonly Offer[],
  field: readonly Fielded[],
  delivered: ReadonlySet<string>,
): readonly Present[] {
  const stays = field.filter(
    ({ application, leaves, count }) => count > 0 && !(leaves && delivered.has(application)),
  )
  return [...brings.map((offer) => ({ ...offer, count: 0, where: '' })), ...stays]
}

/** Everything present that requires a contract meets every version present of the components that provide it. */
function findMismatches(all: readonly Present[]): readonly Mismatch[] {
  return all.flatMap((consumer) =>
    Object.entries(consumer.requires).flatMap(([contract, needs]) =>
      partnerless(all, consumer, contract, needs),
    ),
  )
}

function partnerless(
  all: readonly Present[],
  consumer: Present,
  contract: string,
  needs: string,
): readonly Mismatch[] {
  const providers = all.filter((one) => providedBy(one, contract) !== undefined)
  const { application, component, version, count, where } = consumer
  const who = { application, component, version, needs, count, where }
  if (providers.length === 0) return [{ contract, consumer: who, provider: null }]
  const wrong = providers.filter((one) => !understands(consumer, one, contract, needs))
  const names = new Set(providers.map(nameOf))
  const unfit = new Set(wrong.map(nameOf))
  // One component that it understands in every version present is partner enough.
  if (unfit.size < names.size) return []
  return wrong.map((one) => ({
    contract,
    consumer: who,
    provider: {
      application: one.application,
      component: one.component,
      version: one.version,
      provides: providedBy(one, contract) ?? '',
    },
  }))
}

// Old and new of one application are changed over together and do not have to understand each other.
function understands(
  consumer: Present,
  provider: Present,
  contract: string,
  needs: string,
): boolean {
  const isNew = (one: Present): boolean => one.count === 0
  if (consumer.application === provider.application && isNew(consumer) !== isNew(provider)) {
    return true
  }
  const required = parseRequired(needs)
  const provided = parseProvided(providedBy(provider, contract) ?? '')
  // What cannot be read fits nothing.
  return required !== undefined && provided !== undefined && rangesMeet(required, provided)
}

function providedBy({ provides }: Offer, contract: string): string | undefined {
  return Object.hasOwn(provides, contract) ? provides[contract] : undefined
}

function nameOf({ application, component }: Pick<Offer, 'application' | 'component'>): string {
  return `${application}/${component}`
}

/** Who lacks a partner for what: the same lack, whatever it meets instead. */
function keyOf({ contract, consumer }: Mismatch): string {
  return `${contract} ${nameOf(consumer)} ${consumer.version} ${consumer.where}`
}

// ── another order ────────────────────────────────────────────────────────────────────────────

/** Depth first, in the wanted order as far as possible; a set of delivered applications is looked at once. */
function findOrder(applications: readonly string[], judge: Judge): readonly string[] | undefined {
  // Every order ends in the same state: if that one does not fit, none does.
  if (judge(new Set(applications)).length > 0) return undefined
  const seen = new Set<string>()
  const search = (order: readonly string[]): readonly string[] | undefined => {
    if (order.length === applications.length) return order
    for (const next of applications) {
      if (order.includes(next)) continue
      const longer = [...order, next]
      const key = longer.toSorted().join(' ')
      if (seen.has(key) || seen.size >= ORDER_STATES_MAX) continue
      seen.add(key)
      const found = judge(new Set(longer)).length === 0 ? search(longer) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }
  return search([])
}

function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}
