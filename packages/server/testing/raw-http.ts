// Bytes as they are, for requests that no client would write.

import { connect } from 'node:net'

/** Sends these bytes and reads until the server ends the connection or is quiet after an answer. The status of each answer, in order. */
export async function sendRaw(
  url: string,
  ...parts: readonly (string | Uint8Array)[]
): Promise<{ readonly statuses: readonly number[]; readonly text: string }> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  const received: Buffer[] = []
  const done = Promise.withResolvers<void>()
  socket.setTimeout(5_000, () => socket.destroy())
  socket.on('data', (bytes: Buffer) => {
    received.push(bytes)
    if (isComplete(Buffer.concat(received).toString('latin1'))) socket.destroy()
  })
  socket.on('close', () => done.resolve())
  socket.on('error', () => done.resolve()) // A server may cut off what it will not read.
  for (const part of parts) socket.write(part)
  await done.promise
  const text = Buffer.concat(received).toString('latin1')
  return {
    statuses: [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status)),
    text,
  }
}

/** One whole answer has come; what the server would say to smuggled bytes comes with it. */
function isComplete(text: string): boolean {
  const length = /content-length: (\d+)/i.exec(text)?.[1]
  const head = text.indexOf('\r\n\r\n')
  return head >= 0 && length !== undefined && text.length >= head + 4 + Number(length)
}

/** One request as text, with the length of its body. */
export function request(
  method: string,
  path: string,
  headers: readonly string[] = [],
  body = '',
): string {
  const all = [
    'host: x',
    'connection: close',
    ...headers,
    ...(body === '' ? [] : [`content-length: ${Buffer.byteLength(body)}`]),
  ]
  return `${method} ${path} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n${body}`
}
