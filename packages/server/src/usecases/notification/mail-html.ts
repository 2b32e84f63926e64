// The HTML part of a mail: the same words in the same order, one column, readable with styles off and in the dark.

/** A part of a mail, in text and in HTML. */
export type Block =
  | { readonly kind: 'text' | 'small'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  | {
      readonly kind: 'table'
      readonly title: string
      readonly rows: readonly (readonly string[])[]
    }

const FONT = 'font:14px/21px ui-sans-serif,system-ui,sans-serif'

/** The mail as a document without pictures, fonts or scripts. All text is escaped. */
export function presentHtml(heading: string, blocks: readonly Block[]): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>',
    `<body style="margin:0;padding:24px;${FONT}">`,
    '<table role="presentation" width="600" align="center" style="width:100%;max-width:600px;border-collapse:collapse"><tr><td>',
    `<h1 style="font-size:18px;line-height:25px;margin:0 0 16px"><span style="color:#b45309">◆</span> ${escape(heading)}</h1>`,
    ...blocks.map(blockHtml),
    '</td></tr></table></body></html>',
  ].join('\n')
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p>${escape(block.text)}</p>`
    case 'small':
      return `<p style="font-size:12px;line-height:18px;opacity:.7">${escape(block.text).replaceAll('\n', '<br>')}</p>`
    case 'link':
      return `<p style="margin:20px 0"><a href="${escape(block.url)}" style="display:inline-block;padding:8px 16px;background:#1c1917;color:#fafaf9;border:1px solid #a8a29e;border-radius:6px;text-decoration:none;font-weight:600">${escape(block.text)}</a></p>`
    case 'table':
      return tableHtml(block.title, block.rows)
  }
}

function tableHtml(title: string, rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const lines = rows.map((row) => `<tr>${row.map(cellHtml).join('')}</tr>`)
  return `<h2 style="font-size:14px;margin:20px 0 4px;border-top:1px solid #a8a29e;padding-top:12px">${escape(title)}</h2><table role="presentation" style="border-collapse:collapse">${lines.join('')}</table>`
}

/** States have a mark and a word: never colour alone. */
const MARKS: Readonly<Record<string, string>> = {
  ok: '✓',
  approved: '✓',
  checking: '◐',
  waiting: '◆',
  later: '·',
  failed: '✗',
  rejected: '✗',
}

function cellHtml(cell: string, at: number): string {
  const mark = at === 0 ? MARKS[cell] : undefined
  const words = mark === undefined ? escape(cell) : `${mark} ${escape(cell)}`
  return `<td style="padding:3px 16px 3px 0;vertical-align:top">${words}</td>`
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
