import type { AuditFileFault, AuditFileSummary, NamedEntries } from '@lockstep/domain'
import { presentSecond, presentTime, type View } from './time.ts'

type Verdict =
  | { readonly ok: true; readonly summary: AuditFileSummary }
  | { readonly ok: false; readonly fault: AuditFileFault }

/** What an exported trail shows: all that fits together and who signed it, or the first thing that does not. */
export function presentAuditFile(verdict: Verdict, key: string | undefined, view: View): string {
  return verdict.ok
    ? presentSound(verdict.summary, key, view).join('\n')
    : presentFault(verdict.fault, key, view).join('\n  ')
}

function presentSound(
  { project, entries, chains, first, last, signed, keys, checkpointAt }: AuditFileSummary,
  key: string | undefined,
  view: View,
): string[] {
  if (first === undefined || last === undefined) {
    return [`✓ No entries of ${project} in this period; the file is whole.`]
  }
  const [from, to] = [first, last].map((ms) => presentSecond(ms, view.zone))
  const newest =
    checkpointAt === undefined ? '' : presentTime(new Date(checkpointAt).toISOString(), view)
  const places = chains === 1 ? 'in 1 chain' : `in ${chains.toLocaleString('en')} chains`
  const lines = [`✓ ${amount(entries)} of ${project}, ${from} to ${to}, unbroken ${places}.`]
  if (signed > 0) {
    const which = signed === entries ? 'All' : signed.toLocaleString('en')
    lines.push(
      `  ${which} of them stand under checkpoints signed with key ${keys.join(' and ')}, the newest of ${newest}.`,
    )
  }
  if (signed < entries) {
    lines.push(
      `  ${(entries - signed).toLocaleString('en')} stand under no checkpoint: whoever wrote the file could have written them.`,
    )
  }
  if (key === undefined && signed > 0) {
    lines.push(
      '  The key stands in the file. Compare it with checkpoints.log of the server, and give it with --key.',
    )
  }
  return lines
}

function presentFault(fault: AuditFileFault, key: string | undefined, view: View): string[] {
  const hashes = 'written' in fault ? [hashesOf(fault)] : []
  return [`✗ ${sentenceOf(fault, key, view)}`, [...hashes, reliedOn(fault)].join(' ')]
}

function sentenceOf(fault: AuditFileFault, key: string | undefined, view: View): string {
  const line = `line ${fault.atLine.toLocaleString('en')}`
  switch (fault.why) {
    case 'unreadable':
      return fault.atLine === 1
        ? 'This is no file of lockstep audit export: line 1 is not its first line.'
        : `L${line.slice(1)} is none that an export writes: it is torn or garbled.`
    case 'entry_changed':
      return `${named(fault.entries, view)}, ${line}, is not as it was written.`
    case 'not_covered':
    case 'not_following':
      return fault.entries === undefined
        ? `Seal ${fault.seal} of chain ${fault.chain}, ${line}, over entries of other projects, does not follow from the one before.`
        : `${named(fault.entries, view)}, sealed in ${line}, ${isOne(fault.entries) ? 'does' : 'do'} not follow from ${predecessorOf(fault.entries)}.`
    case 'seal_missing':
      return `Seal ${fault.seal} of chain ${fault.chain}, ${line}, is not the next one: lines are missing or stand elsewhere.`
    case 'entries_missing':
      return `Seal ${fault.seal} of chain ${fault.chain}, ${line}, covers another number of entries: some are missing or were added.`
    case 'not_signed':
      return `The checkpoint of chain ${fault.chain}, ${line}, was not signed with the key that stands there.`
    case 'other_key':
      return `The checkpoint of chain ${fault.chain}, ${line}, was signed with key ${fault.key}, not with ${key ?? ''}.`
    case 'head_differs':
      return `The checkpoint of chain ${fault.chain}, ${line}, signs another seal ${fault.seal} than the one here.`
    case 'count_differs':
      return `The last line, ${line}, counts other entries and seals than there are: lines are missing.`
    case 'bytes_differ':
      return 'Something that no seal covers was changed or is missing: a name, a checkpoint, the first line, or the last one.'
    case 'cut_off':
      return `The file ends before ${line}, without its last line: it was cut off.`
    case 'unsigned':
      return `${amount(fault.entries)} ${fault.entries === 1 ? 'stands' : 'stand'} under no checkpoint signed with key ${key ?? ''}.`
  }
}

/** `Entry 31,877 (16 Nov 2026 13:58:20, decision_recorded by qa-lead)` */
function named(entries: NamedEntries, { zone }: View): string {
  const { first, last, at, type, by } = entries
  const said = `${first.toLocaleString('en')} (${presentSecond(at, zone)}, ${type} by ${by})`
  return isOne(entries) ? `Entry ${said}` : `Entries ${said} to ${last.toLocaleString('en')}`
}

function isOne({ first, last }: NamedEntries): boolean {
  return first === last
}

function predecessorOf({ first }: NamedEntries): string {
  return first === 1 ? 'the beginning of the chain' : `entry ${(first - 1).toLocaleString('en')}`
}

function hashesOf({ written, computed }: { written: string; computed: string }): string {
  const short = (hash: string): string =>
    hash === '' ? 'none' : `${hash.slice(0, 4)}…${hash.slice(-2)}`
  return `Written hash ${short(written)}, computed ${short(computed)}.`
}

function reliedOn({ why, sound }: AuditFileFault): string {
  if (why === 'unsigned') {
    return 'What was written in the last minute is signed with the next checkpoint: export again then, or with --until.'
  }
  if (why === 'bytes_differ') return `All ${amount(sound)} are as they were written.`
  if (sound === 0) return 'Nothing of it can be relied on.'
  const before =
    sound === 1
      ? 'Entry 1 is as it was'
      : `Entries 1 to ${sound.toLocaleString('en')} are as they were`
  return `${before} written; nothing after can be relied on.`
}

function amount(entries: number): string {
  return `${entries.toLocaleString('en')} ${entries === 1 ? 'entry' : 'entries'}`
}
