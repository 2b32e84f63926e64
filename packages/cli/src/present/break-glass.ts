// Break-glass in words: what the next half would do, what one has done, and what is left when it is taken back.

import type { Gate } from '../documents.ts'

type Standing = Pick<Gate, 'override'>

/** What a person is told before they are asked: who overrides the gate already, and why. */
export function presentHalves({ override }: Standing): string {
  return (override?.by ?? [])
    .map(({ person, reason }) => `${person} overrides it already:  "${reason}"`)
    .join('\n')
}

/** The question before a half: the last one lets the gate go. */
export function askHalf({ override }: Standing): string {
  const told = 'Its approvers, owners and security administrators are told. Override it?'
  const isLast = override !== null && override.by.length + 1 >= override.need
  return isLast
    ? `With yours the gate needs no approvals: it passes as soon as its checks hold. ${told}`
    : `Nothing changes until a second person does so as well. ${told}`
}

/** What has become of the gate by this half, and how it is taken back while that is possible. */
export function presentHalf(
  { override, state }: Pick<Gate, 'override' | 'state'>,
  address: string,
): string {
  if (state === 'passed') return '! Passed without its approvals.'
  const back = `Take it back:  lockstep gate withdraw ${address}`
  return override !== null && override.by.length >= override.need
    ? `! Overridden. Its approvals are not waited for; its checks still have to hold. ${back}`
    : `! Recorded. Nothing changes before somebody else who may override gates says so too, within the hour. ${back}`
}

/** What is left after a decision was taken back: whoever had only overridden the gate is asked nothing. */
export function presentWithdrawn(before: Standing, after: Standing): string {
  const left = after.override?.by ?? []
  if ((before.override?.by.length ?? 0) <= left.length) return '✓ Taken back. You are asked again.'
  const waits = 'The gate waits for its approvals'
  const [other] = left
  return other === undefined
    ? `✓ Taken back. Nobody overrides it any more. ${waits}.`
    : `✓ Taken back. ${waits}, unless somebody else overrides it together with ${other.person}.`
}
