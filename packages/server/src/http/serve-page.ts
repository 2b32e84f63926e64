// Serves the web page: its files, and the page itself under the address of each screen. A GET shows; it never decides.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { isPageAddress } from '@lockstep/contract'
import { parseId } from '@lockstep/domain'
import { ENCODINGS, type PageFile, type PageFiles } from './page-files.ts'

const YEAR_S = 31_536_000

/**
 * Answers a browser that opens an address which no route serves, and nobody else: true when it did. Without a build a plain page
 * says so, and for a gate names the commands instead.
 */
export function answerWithPage(
  page: PageFiles | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): boolean {
  const path = (request.raw.url ?? '').split('?', 1)[0] ?? ''
  if (request.method !== 'GET') return false
  const file = page?.files.get(path)
  if (file !== undefined) {
    sendFile(file, request, reply)
    return true
  }
  if (!wantsHtml(request) || isMachines(path)) return false
  const isKnown = isPageAddress(path)
  if (page === undefined) {
    if (!isKnown) return false
    sendPlain(reply, path)
    return true
  }
  // Also under an address without a screen: the page then says that there is nothing.
  void reply.status(isKnown ? 200 : 404).header('cache-control', 'no-store')
  sendBytes(page.index, request, reply)
  return true
}

/** Nothing under these addresses is for people. */
function isMachines(path: string): boolean {
  return /^\/(?:v1|agent|assets)(?:\/|$)/.test(path)
}

function wantsHtml(request: FastifyRequest): boolean {
  return /\btext\/html\b/.test(request.headers.accept ?? '')
}

function sendFile(file: PageFile, request: FastifyRequest, reply: FastifyReply): void {
  void reply
    .header('etag', file.etag)
    .header('cache-control', file.isImmutable ? `public, max-age=${YEAR_S}, immutable` : 'no-cache')
  if (request.headers['if-none-match'] === file.etag) {
    void reply.status(304).send()
    return
  }
  sendBytes(file, request, reply)
}

function sendBytes(file: PageFile, request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('content-type', file.type).header('vary', 'accept, accept-encoding')
  const accepted = request.headers['accept-encoding']?.toString() ?? ''
  const encoding = ENCODINGS.find(
    (name) =>
      file.encoded[name] !== undefined && new RegExp(`\\b${name}\\b(?!;q=0(?:,|$))`).test(accepted),
  )
  if (encoding === undefined) {
    void reply.send(file.plain)
    return
  }
  void reply.header('content-encoding', encoding).send(file.encoded[encoding])
}

function sendPlain(reply: FastifyReply, path: string): void {
  const gate = parseId('gat', /^\/gates\/([^/]+)$/.exec(path)?.[1] ?? '')
  const instead =
    gate === undefined
      ? '<pre>lockstep help</pre>'
      : `<pre>lockstep gate show ${gate}\nlockstep gate approve ${gate}</pre>\n<p>Opening this page decides nothing.</p>`
  void reply
    .status(503)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lockstep</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>
<body><h1>The web page is not built</h1>
<p>The server runs, but its web page was not built before it started. <code>npm start</code> builds it.
Meanwhile the command line does the same:</p>
${instead}</body></html>`)
}
