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
    `<body style="margin:0;padding:24px;${FONT}"><div style="max-width:600px;margin:0 auto">`,
    `<h1 style="font-size:18px;line-height:25px;margin:0 0 16px">◆ ${escape(heading)}</h1>`,
    ...blocks.map(blockHtml),
    '</div></body></html>',
  ].join('\n')
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p>${escape(block.text)}</p>`
    case 'small':
      return `<p style="font-size:12px;line-height:18px;opacity:.7">${escape(block.text).replaceAll('\n', '<br>')}</p>`
    case 'link':
      return `<p><a href="${escape(block.url)}" style="display:inline-block;padding:8px 16px;border:1px solid;border-radius:6px;text-decoration:none;font-weight:600">${escape(block.text)}</a></p>`
    case 'table': {
      if (block.rows.length === 0) return ''
      const rows = block.rows.map(
        (row) =>
          `<tr>${row.map((cell) => `<td style="padding:3px 16px 3px 0;vertical-align:top">${escape(cell)}</td>`).join('')}</tr>`,
      )
      return `<h2 style="font-size:14px;margin:20px 0 4px;border-top:1px solid;padding-top:12px">${escape(block.title)}</h2><table role="presentation" style="border-collapse:collapse">${rows.join('')}</table>`
    }
  }
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
