// A text field for code: line numbers, colours, marks beside lines. It stands in a shadow tree, where its styles need no tag in the page.

import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { setDiagnostics } from '@codemirror/lint'
import {
  EditorState,
  RangeSet,
  StateEffect,
  StateField,
  Transaction,
  type Text,
} from '@codemirror/state'
import {
  Decoration,
  drawSelection,
  EditorView,
  gutter,
  GutterMarker,
  keymap,
  lineNumbers,
  type DecorationSet,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import type { LineMark } from './code-lines.ts'

/** What is wrong, from one offset to another. */
export interface CodeProblem {
  readonly start: number
  readonly end: number
  readonly message: string
}

export interface CodeEditor {
  /** Puts another text there, when it is another one. What was written here is not written again. */
  show(text: string): void
  mark(marks: ReadonlyMap<number, LineMark>, problems: readonly CodeProblem[]): void
  /** Brings the line at this offset into sight. */
  reveal(offset: number): void
  close(): void
}

/** Opens an editor that fills its host. `onType` hears what a person writes, and nothing else. */
export function openCodeEditor(
  host: HTMLElement,
  {
    label,
    text,
    onType,
  }: {
    readonly label: string
    readonly text: string
    readonly onType: (text: string) => void
  },
): CodeEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  let isShowing = false
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        indentUnit.of('  '),
        yaml(),
        syntaxHighlighting(COLOURS),
        THEME,
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged && !isShowing) onType(state.doc.toString())
        }),
        MARKS,
      ],
    }),
  })
  // Whoever has no pointer scrolls sideways with the arrows.
  view.scrollDOM.tabIndex = 0
  return {
    show(next) {
      const { doc } = view.state
      if (doc.toString() === next) return
      isShowing = true
      // What others did to the draft is taken back where they did it, not by undoing here.
      view.dispatch({
        changes: { from: 0, to: doc.length, insert: next },
        annotations: Transaction.addToHistory.of(false),
      })
      isShowing = false
    },
    mark(marks, problems) {
      const { doc } = view.state
      const within = (offset: number): number => Math.min(Math.max(offset, 0), doc.length)
      const wrong = new Set(problems.map(({ start }) => doc.lineAt(within(start)).number))
      const looks = new Map<number, keyof typeof SIGNS>(
        [...marks].filter(([line]) => line <= doc.lines),
      )
      for (const line of wrong) looks.set(line, 'wrong')
      view.dispatch({ effects: SET_MARKS.of(marksOf(doc, looks)) })
      view.dispatch(
        setDiagnostics(
          view.state,
          problems.map(({ start, end, message }) => ({
            from: within(start),
            to: Math.max(within(start), within(end)),
            severity: 'error',
            message,
          })),
        ),
      )
    },
    reveal(offset) {
      const at = Math.min(offset, view.state.doc.length)
      view.dispatch({ effects: EditorView.scrollIntoView(at, { y: 'center' }) })
    },
    close() {
      view.destroy()
    },
  }
}

// ── what stands beside lines ─────────────────────────────────────────────────────────────────

/** A sign each: they are told apart without their colours. */
const SIGNS = { added: '+', changed: '~', wrong: '!' } as const

class Sign extends GutterMarker {
  readonly #look: keyof typeof SIGNS

  constructor(look: keyof typeof SIGNS) {
    super()
    this.#look = look
    this.elementClass = `cm-sign-${look}`
  }

  override toDOM(): Node {
    return document.createTextNode(SIGNS[this.#look])
  }
}

interface Marks {
  readonly signs: RangeSet<GutterMarker>
  readonly shades: DecorationSet
}

const SET_MARKS = StateEffect.define<Marks>()

/** They move with the text until they are set again. */
const MARKS = StateField.define<Marks>({
  create: () => ({ signs: RangeSet.empty, shades: Decoration.none }),
  update({ signs, shades }, { changes, effects }) {
    const set = effects.findLast((effect) => effect.is(SET_MARKS))
    return set === undefined
      ? { signs: signs.map(changes), shades: shades.map(changes) }
      : set.value
  },
  provide: (field) => [
    EditorView.decorations.from(field, ({ shades }) => shades),
    gutter({
      class: 'cm-signs',
      markers: ({ state }) => state.field(field).signs,
      initialSpacer: () => new Sign('changed'),
    }),
  ],
})

function marksOf(doc: Text, looks: ReadonlyMap<number, keyof typeof SIGNS>): Marks {
  const lines = [...looks].toSorted(([a], [b]) => a - b)
  return {
    signs: RangeSet.of(lines.map(([line, look]) => new Sign(look).range(doc.line(line).from))),
    shades: Decoration.set(
      lines.map(([line, look]) =>
        Decoration.line({ class: `cm-line-${look}` }).range(doc.line(line).from),
      ),
    ),
  }
}

// ── how it looks: the tokens of the page ─────────────────────────────────────────────────────

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--ls-ink)' },
  { tag: [tags.string, tags.content], color: 'var(--ls-ok)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--ls-run)' },
  { tag: [tags.punctuation, tags.separator, tags.comment], color: 'var(--ls-ink-3)' },
])

const THEME = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--ls-surface)', color: 'var(--ls-ink)' },
  '&.cm-focused': { outline: '2px solid var(--ls-accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--ls-mono)', fontSize: '12px', lineHeight: '20px' },
  '.cm-content': { caretColor: 'var(--ls-ink)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ls-ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--ls-accent-tint) !important',
  },
  '.cm-gutters': {
    backgroundColor: 'var(--ls-surface)',
    color: 'var(--ls-ink-3)',
    border: 'none',
  },
  '.cm-signs': { minWidth: '12px', textAlign: 'center' },
  '.cm-sign-added': { color: 'var(--ls-ok)' },
  '.cm-sign-changed': { color: 'var(--ls-accent)' },
  '.cm-sign-wrong': { color: 'var(--ls-fail)' },
  '.cm-line-added': {
    backgroundColor: 'var(--ls-ok-tint)',
    boxShadow: 'inset 3px 0 var(--ls-ok-solid)',
  },
  '.cm-line-changed': {
    backgroundColor: 'var(--ls-accent-tint)',
    boxShadow: 'inset 3px 0 var(--ls-accent)',
  },
  '.cm-line-wrong': {
    backgroundColor: 'var(--ls-fail-tint)',
    boxShadow: 'inset 3px 0 var(--ls-fail-solid)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--ls-raised)',
    border: '1px solid var(--ls-line-strong)',
    color: 'var(--ls-ink)',
  },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--ls-fail-solid)' },
})
