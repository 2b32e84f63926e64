// A line of a log in parts of one look each: colours of the terminal become states, and what is searched for is marked.

import Anser from 'anser'

/** Colours of a terminal that mean something here; all others are ink. */
const TONES: Readonly<Record<string, LinePart['tone']>> = {
  'ansi-red': 'fail',
  'ansi-bright-red': 'fail',
  'ansi-green': 'ok',
  'ansi-bright-green': 'ok',
  'ansi-yellow': 'wait',
  'ansi-bright-yellow': 'wait',
  'ansi-blue': 'run',
  'ansi-bright-blue': 'run',
  'ansi-bright-black': 'faint',
}

export interface LinePart {
  readonly text: string
  readonly tone: 'ink' | 'faint' | 'fail' | 'ok' | 'wait' | 'run'
  readonly isBold: boolean
  /** Which hit of the line it belongs to, from 0 on; null: none. */
  readonly hit: number | null
}

/** The parts of a shown line, in order. Together their texts are its letters. */
export function partsOf(line: string, words = ''): readonly LinePart[] {
  const looks = line.includes('\u001B') ? looksOf(line) : [{ ...PLAIN, text: line }]
  return words === '' ? looks : markHits(looks, words.toLowerCase())
}

const PLAIN = { tone: 'ink', isBold: false, hit: null } as const

function looksOf(line: string): readonly LinePart[] {
  const entries = Anser.ansiToJson(line, { json: true, use_classes: true, remove_empty: true })
  return entries.map(({ content, fg, decorations }) => ({
    text: content,
    tone: decorations.includes('dim') ? 'faint' : (TONES[fg] ?? 'ink'),
    isBold: decorations.includes('bold'),
    hit: null,
  }))
}

function markHits(looks: readonly LinePart[], wanted: string): readonly LinePart[] {
  const letters = looks
    .map(({ text }) => text)
    .join('')
    .toLowerCase()
  const parts: LinePart[] = []
  let hit = 0
  let hitAt = letters.indexOf(wanted)
  let at = 0
  for (const look of looks) {
    const end = at + look.text.length
    const begin = at
    while (at < end) {
      const isHit = hitAt >= 0 && at >= hitAt
      const border = hitAt < 0 ? end : isHit ? hitAt + wanted.length : hitAt
      const to = Math.min(end, border)
      parts.push({
        ...look,
        text: look.text.slice(at - begin, to - begin),
        hit: isHit ? hit : null,
      })
      at = to
      if (isHit && at === border) {
        hit += 1
        hitAt = letters.indexOf(wanted, border)
      }
    }
  }
  return parts
}
