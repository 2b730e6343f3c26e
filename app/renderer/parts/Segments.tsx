/** One of a few, side by side. In: values with their names. Out: the chosen value. */
import type { ReactNode } from "react";

interface Props<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly name: ReactNode; readonly title?: string }[];
  readonly onChange: (value: Value) => void;
}

export function Segments<Value extends string>({ label, value, options, onChange }: Props<Value>): ReactNode {
  return (
    <div className="segments" role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" aria-pressed={option.value === value} title={option.title} onClick={() => onChange(option.value)}>
          {option.name}
        </button>
      ))}
    </div>
  );
}

interface SeveralProps<Value extends string> {
  readonly label: string;
  readonly values: ReadonlySet<Value>;
  readonly options: readonly { readonly value: Value; readonly name: ReactNode; readonly title?: string }[];
  readonly onChange: (values: ReadonlySet<Value>) => void;
}

/** Several of a few. */
export function Toggles<Value extends string>({ label, values, options, onChange }: SeveralProps<Value>): ReactNode {
  return (
    <div className="segments" role="group" aria-label={label}>
      {options.map(({ value, name, title }) => (
        <button
          key={value}
          type="button"
          aria-pressed={values.has(value)}
          title={title}
          onClick={() => onChange(values.symmetricDifference(new Set([value])))}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
