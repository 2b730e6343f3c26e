/** Rows of settings: name, what it does, a control. Texts and numbers are taken when one leaves the field or presses Enter. */
import { useState, type ReactNode } from "react";
import { Check } from "../../parts/Check.tsx";

interface RowProps {
  readonly name: string;
  readonly what?: ReactNode;
  readonly children: ReactNode;
}

export function Row({ name, what, children }: RowProps): ReactNode {
  return (
    <div className="setting">
      <div>
        <h3>{name}</h3>
        {what !== undefined && <p className="t12 dim">{what}</p>}
      </div>
      <div className="control">{children}</div>
    </div>
  );
}

export function Switch({
  name,
  what,
  value,
  onChange,
}: {
  readonly name: string;
  readonly what?: ReactNode;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}): ReactNode {
  return (
    <Row name={name} what={what}>
      <Check checked={value} label={name} onChange={onChange} />
    </Row>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly mono?: boolean;
  readonly onChange: (value: string) => void;
}

export function TextField({ label, value, placeholder, mono = false, onChange }: TextProps): ReactNode {
  const [text, setText] = useState<string | null>(null);
  const take = (): void => {
    if (text !== null && text !== value) onChange(text);
    setText(null);
  };
  return (
    <input
      className={`text${mono ? " mono" : ""}`}
      aria-label={label}
      value={text ?? value}
      placeholder={placeholder}
      spellCheck={false}
      onChange={(event) => setText(event.target.value)}
      onBlur={take}
      onKeyDown={(event) => event.key === "Enter" && take()}
    />
  );
}

interface NumberProps {
  readonly label: string;
  readonly value: number | null;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** What an empty field means; absent: it may not be empty. */
  readonly empty?: string;
  readonly onChange: (value: number | null) => void;
}

export function NumberField({ label, value, unit, min, max, empty, onChange }: NumberProps): ReactNode {
  const [text, setText] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  const take = (): void => {
    if (text === null) return;
    const number = Number(text);
    const none = text.trim() === "" && empty !== undefined;
    const fits = none || (text.trim() !== "" && Number.isFinite(number) && number >= min && number <= max);
    setWrong(!fits);
    if (!fits) return;
    setText(null);
    onChange(none ? null : number);
  };
  return (
    <label className="row">
      <input
        className="text number"
        inputMode="decimal"
        aria-label={label}
        aria-invalid={wrong}
        value={text ?? (value === null ? "" : String(value))}
        placeholder={empty}
        onChange={(event) => setText(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => event.key === "Enter" && take()}
      />
      <span className="t12 dim">
        {unit}
        {wrong && (
          <span className="fail">
            {" "}
            {min} to {max}
          </span>
        )}
      </span>
    </label>
  );
}
