// Mistakes as the terminal shows them: where, what, the line with the place underlined, and what would be right.

import type { Mistake } from './mistake.ts'

/** Characters of source that are shown of a line. */
const EXCERPT_WIDTH_MAX = 84
/** Of these, characters before the place, when a line is cut. */
const SHOWN_BEFORE = 45

/**
 * Mistakes as text, in the form of `lockstep apply`, without a line end after the last. `sources` has the text of every
 * file by its path; a mistake in another file is shown without its line.
 */
export function presentMistakes(
  mistakes: readonly Mistake[],
  sources: ReadonlyMap<string, string>,
): string {
  const files = new Set(mistakes.map((mistake) => mistake.file))
  const head = `Refused: ${count(mistakes.length, 'mistake')} in ${count(files.size, 'file')}. Nothing was applied.`
  return [
    head,
    ...mistakes.map((mistake) => presentMistake(mistake, sources.get(mistake.file))),
  ].join('\n\n')
}

function presentMistake(mistake: Mistake, source: string | undefined): string {
  const { file, line, column, path, message, right } = mistake
  const place = line === 0 ? file : `${file}:${line}:${column}`
  const lines = [[place, path].filter((part) => part !== '').join('      '), `  ${message}`]
  const excerpt = source === undefined || line === 0 ? undefined : presentLine(mistake, source)
  if (excerpt !== undefined) lines.push(...excerpt)
  if (right !== undefined) lines.push(`  Right would be: ${right}`)
  return lines.join('\n')
}

function presentLine(mistake: Mistake, source: string): string[] | undefined {
  const text = source.split('\n', mistake.line)[mistake.line - 1]?.replace(/\r$/, '')
  if (text === undefined) return undefined
  const indent = text.length - text.trimStart().length
  const from = Math.max(0, mistake.column - 1 - indent)
  const shown = cutAround(text.trim(), from, mistake.length ?? 1)
  const number = String(mistake.line)
  return [
    `  ${number} │ ${shown.text}`,
    `  ${' '.repeat(number.length)} │ ${' '.repeat(shown.from)}${'─'.repeat(shown.length)}`,
  ]
}

// A long line is cut so that the place, and what comes before it, can be seen.
function cutAround(
  text: string,
  from: number,
  length: number,
): { text: string; from: number; length: number } {
  const plain = text.replaceAll('\t', ' ')
  const shownLength = Math.max(1, Math.min(length, plain.length - from))
  if (plain.length <= EXCERPT_WIDTH_MAX) return { text: plain, from, length: shownLength }
  const start = Math.max(0, Math.min(from - SHOWN_BEFORE, plain.length - EXCERPT_WIDTH_MAX))
  const lead = start > 0 ? '… ' : ''
  const end = Math.min(plain.length, start + EXCERPT_WIDTH_MAX)
  const tail = end < plain.length ? ' …' : ''
  return {
    text: lead + plain.slice(start, end) + tail,
    from: from - start + lead.length,
    length: Math.min(shownLength, end - from),
  }
}

function count(many: number, thing: string): string {
  return `${many.toLocaleString('en')} ${thing}${many === 1 ? '' : 's'}`
}
