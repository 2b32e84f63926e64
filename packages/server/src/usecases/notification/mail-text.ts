// The text part of a mail: the same words in the same order as its HTML part, with columns in line.

import type { Block } from './mail-html.ts'

/** The blocks as plain text, an empty line between them. */
export function presentText(blocks: readonly Block[]): string {
  return `${blocks.map(textOf).filter(Boolean).join('\n\n')}\n`
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'text':
    case 'small':
      return block.text
    case 'link':
      return `${block.text}:  ${block.url}`
    case 'table':
      return tableText(block.title, block.rows)
  }
}

function tableText(title: string, rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const columns = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_none, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  )
  const lines = rows.map((row) =>
    `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd(),
  )
  return [title, ...lines].join('\n')
}
