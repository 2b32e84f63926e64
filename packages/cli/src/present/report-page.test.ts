import assert from 'node:assert/strict'
import { test } from 'node:test'

import { presentReportPage } from './report-page.ts'

test('what people have written is text on the page, whatever it is', () => {
  const page = presentReportPage({
    title: 'Approvals <b>',
    covers: '"all" & more',
    columns: ['comment'],
    rows: [["</td><script>alert('x')</script>"]],
  })
  assert.equal(page.includes('<script>'), false)
  assert.match(page, /<h1>Approvals &lt;b&gt;<\/h1><p>&quot;all&quot; &amp; more<\/p>/)
  assert.match(page, /<td>&lt;\/td&gt;&lt;script&gt;alert\(&#39;x&#39;\)&lt;\/script&gt;<\/td>/)
})
