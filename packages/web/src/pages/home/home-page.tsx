import type { ReactElement } from 'react'
import { Page } from '../../layout/page.tsx'

export function HomePage(): ReactElement {
  return (
    <Page title="Home">
      <p>Home</p>
    </Page>
  )
}
