// Takes bytes over HTTP and appends them to a file: what copying costs without anything else.

import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const file = await open(process.argv[2] ?? '', 'a')

const server = createServer((request, response) => {
  void (async () => {
    for await (const chunk of request) {
      const bytes: Buffer = chunk
      await file.write(bytes)
    }
    response.end('{}')
  })()
})
server.listen(0, '127.0.0.1', () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on an address and a port
  process.send?.((server.address() as AddressInfo).port)
})
process.once('disconnect', () => process.exit())
