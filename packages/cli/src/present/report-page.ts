// A report as a page that a person can print: one table, no script, nothing from elsewhere.

/** One page: what it is, what it covers, and its rows. */
export interface ReportPage {
  readonly title: string
  /** `1 Nov 2026 to 30 Nov 2026, from https://…` */
  readonly covers: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const STYLE = `body{font:14px/1.4 system-ui,sans-serif;margin:2rem;color:#111}
h1{font-size:1.4rem;margin:0}p{color:#555;margin:.25rem 0 1.5rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem .35rem 0;border-bottom:1px solid #ccc}
th{font-weight:600}tr{break-inside:avoid}thead{display:table-header-group}@page{margin:1.5cm}`

/** The whole page. What people have written is text in it, whatever they have written. */
export function presentReportPage({ title, covers, columns, rows }: ReportPage): string {
  const cells = (tag: 'td' | 'th', texts: readonly string[]): string =>
    `<tr>${texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('')}</tr>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><h1>${escaped(title)}</h1><p>${escaped(covers)}</p>
<table><thead>${cells('th', columns)}</thead><tbody>
${rows.map((row) => cells('td', row)).join('\n')}
</tbody></table></body></html>
`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
