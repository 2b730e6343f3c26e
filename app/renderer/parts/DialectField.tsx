/** Chooses how a model is spoken to. */
import type { ReactNode } from "react";
import { DIALECT_NAMES, DIALECTS, type Dialect } from "./dialects.ts";

interface Props {
  readonly label: string;
  readonly value: Dialect;
  readonly onChange: (dialect: Dialect) => void;
}

export function DialectField({ label, value, onChange }: Props): ReactNode {
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value as Dialect)}>
        {DIALECTS.map((dialect) => (
          <option key={dialect} value={dialect}>
            {DIALECT_NAMES[dialect]}
          </option>
        ))}
      </select>
    </label>
  );
}
