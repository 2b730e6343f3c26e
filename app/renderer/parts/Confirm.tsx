/** The question before an act with distant consequences: what it does as a table, a reason where one is kept, buttons that repeat the verb. */
import { useRef, useState, type ReactNode } from "react";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  /** "Retract 312 episodes?" */
  readonly question: string;
  readonly consequences: readonly (readonly [string, ReactNode])[];
  readonly note: string;
  readonly verb: string;
  readonly keep?: string;
  /** Asked for, and needed before the button does anything. */
  readonly reason?: string;
  readonly onConfirm: (reason: string) => void;
}

export function Confirm({ open, onClose, question, consequences, note, verb, keep = "Keep", reason, onConfirm }: Props): ReactNode {
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const missing = reason !== undefined && text.trim() === "" ? "One line of reason is kept with it." : null;
  const confirm = (): void => {
    if (missing !== null) return;
    onConfirm(text.trim());
    onClose();
  };
  return (
    <Dialog open={open} onClose={onClose} title={question} {...(reason === undefined ? {} : { first: field })}>
      <table className="consequences">
        <tbody>
          {consequences.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="dim t12">{note}</p>
      {reason !== undefined && (
        <label className="field">
          <span>{reason}</span>
          <input
            ref={field}
            value={text}
            maxLength={500}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => event.key === "Enter" && confirm()}
          />
        </label>
      )}
      <div className="row">
        <Button kind="danger" off={missing} onClick={confirm}>
          {verb}
        </Button>
        <Button onClick={onClose}>{keep}</Button>
      </div>
    </Dialog>
  );
}
