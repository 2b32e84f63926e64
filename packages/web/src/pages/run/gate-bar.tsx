import type { ReactElement } from 'react'
import { shownRule } from '../../components/gate/gate-words.ts'
import { GATE_WORDS, GateGlyph, type GateState } from '../../ui/gate-glyph.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import type { FoundGate, GateLine } from './run-layout.ts'

const TINTS: Readonly<Record<GateState, string>> = {
  passed: 'border-ok-line bg-ok-tint text-ok',
  waiting: 'border-wait-line bg-wait-tint text-wait',
  checking: 'border-run-line bg-run-tint text-run',
  rejected: 'border-fail-line bg-fail-tint text-fail',
  not_reached: 'border-dashed border-line-strong bg-surface text-ink-2',
  aborted: 'border-dashed border-line-strong bg-surface text-ink-2',
}
const RULES_SHOWN_MAX = 12

interface GateBarProps {
  readonly gate: FoundGate
  readonly isSelected: boolean
  readonly onSelect: (gate: string) => void
}

/** A gate across all lanes: its diamond, a glyph for each check and, after a short rule, for each approval. */
export function GateBar({ gate, isSelected, onSelect }: GateBarProps): ReactElement {
  const { key, line, node } = gate
  const rules = line.rules.slice(0, RULES_SHOWN_MAX)
  const firstApproval = rules.findIndex(({ kind }) => kind === 'approval')
  return (
    <button
      type="button"
      data-gate={key}
      data-state={line.state}
      aria-label={gateSentence(gate)}
      aria-pressed={isSelected}
      onClick={() => onSelect(key)}
      className={`relative z-1 flex w-6.5 shrink-0 flex-col items-center justify-center gap-1.5 rounded-full border pt-6 pb-14 ${TINTS[line.state]} ${isSelected ? 'outline-2 outline-offset-1 outline-accent' : ''}`}
    >
      <span className="absolute -top-3 left-1/2 -translate-x-1/2">
        <GateGlyph state={line.state} size={24} isDecoration />
      </span>
      {rules.map((rule, index) => (
        <span key={`${index} ${rule.name}`} className="contents">
          {index === firstApproval && index > 0 && (
            <span aria-hidden className="h-px w-2.5 bg-line-strong" />
          )}
          <StateGlyph state={shownRule(rule.state)} size={12} isDecoration />
        </span>
      ))}
      <span
        aria-hidden
        className="absolute bottom-4 rotate-180 text-12 font-name [writing-mode:vertical-rl]"
      >
        {node === 'entry' ? 'Entry' : 'Exit'}
      </span>
    </button>
  )
}

/** "Staging exit gate, waits on a person, 3 of 4 checks hold, 2 of 3 approvals given". */
export function gateSentence({ stage, node, line }: FoundGate): string {
  return [`${stage.title} ${node} gate`, GATE_WORDS[line.state], ...countsOf(line)].join(', ')
}

export function countsOf(line: GateLine): readonly string[] {
  return [
    ...(line.checks > 0
      ? [
          `${line.checksHold} of ${line.checks} ${line.checks === 1 ? 'check holds' : 'checks hold'}`,
        ]
      : []),
    ...(line.approvals > 0
      ? [
          `${line.approvalsGiven} of ${line.approvals} ${line.approvals === 1 ? 'approval' : 'approvals'} given`,
        ]
      : []),
  ]
}
