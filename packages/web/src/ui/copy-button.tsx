import { Check, Copy } from 'lucide-react'
import { useState, type ReactElement, type ReactNode } from 'react'
import { Button } from './button.tsx'

interface CopyButtonProps {
  readonly text: string
  /** "Copy the digest": for people who do not see the icon, unless words stand in it. */
  readonly label: string
  readonly children?: ReactNode
}

/** Puts a text into the clipboard, and says that it did. */
export function CopyButton({ text, label, children }: CopyButtonProps): ReactElement {
  const [isCopied, setIsCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text)
    setIsCopied(true)
  }
  const Icon = isCopied ? Check : Copy
  return (
    <Button
      look="quiet"
      size={children === undefined ? 'icon' : 'normal'}
      {...(children === undefined && { 'aria-label': isCopied ? 'Copied' : label })}
      onClick={() => void copy()}
    >
      <Icon size={13} aria-hidden />
      {children !== undefined && (isCopied ? 'Copied' : children)}
    </Button>
  )
}
