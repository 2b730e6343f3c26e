/** Settings of the workspace, one section after the other; each change holds at once. In: a section from the URL, which is scrolled to. */
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";
import type { Settings } from "../../../api/settings.ts";
import { useCall } from "../../core/useCall.ts";
import { Segments } from "../../parts/Segments.tsx";
import { applyAppearance } from "../../shell/theme.ts";
import { Page } from "../../shell/Page.tsx";
import { AskRuleFields } from "../sessions/AskRuleFields.tsx";
import { AgentsSection } from "./Agents.tsx";
import { NumberField, Row, Switch, TextField } from "./fields.tsx";
import { RetentionList } from "./Retention.tsx";
import "./settings.css";
import { Shortcuts } from "./Shortcuts.tsx";
import { useSettings } from "./useSettings.ts";

type Change = NonNullable<ReturnType<typeof useSettings>>["change"];
interface SectionProps {
  readonly settings: Settings;
  readonly change: Change;
}

const SECTIONS: readonly { readonly id: string; readonly name: string; readonly body: (props: SectionProps) => ReactNode }[] = [
  { id: "appearance", name: "Appearance", body: Appearance },
  { id: "sessions", name: "Sessions", body: SessionsSection },
  { id: "agents", name: "Agents", body: AgentsSection },
  { id: "wheel", name: "Gate and budgets", body: WheelSection },
  { id: "browser", name: "Browser and tasks", body: BrowserSection },
  { id: "privacy", name: "Privacy", body: Privacy },
  { id: "retention", name: "Retention", body: RetentionSection },
  { id: "notifications", name: "Notifications", body: Notifications },
  { id: "shortcuts", name: "Shortcuts", body: ShortcutSection },
];

export function SettingsPage(): ReactNode {
  const { section } = useParams({ strict: false });
  const loaded = useSettings();
  const ready = loaded !== undefined;
  useEffect(() => {
    if (ready && section !== undefined) document.getElementById(`section-${section}`)?.scrollIntoView();
  }, [ready, section]);
  return (
    <Page title="Settings" counts="of this workspace; a change holds at once" hints={["go.home", "palette"]} className="settings">
      <nav aria-label="Sections">
        {SECTIONS.map(({ id, name }) => (
          <Link key={id} to="/settings/$section" params={{ section: id }} aria-current={id === (section ?? "appearance") ? "true" : undefined}>
            {name}
          </Link>
        ))}
      </nav>
      <div className="sections">
        {loaded !== undefined &&
          SECTIONS.map(({ id, name, body: Body }) => (
            <section key={id} id={`section-${id}`} aria-label={name}>
              <h2>{name}</h2>
              <Body {...loaded} />
            </section>
          ))}
      </div>
    </Page>
  );
}

function Appearance({ settings: { appearance, author }, change }: SectionProps): ReactNode {
  const set = (changed: Partial<Settings["appearance"]>): void => {
    applyAppearance({ ...appearance, ...changed });
    change("appearance", changed);
  };
  return (
    <>
      <Row name="Theme">
        <Segments
          label="Theme"
          value={appearance.theme}
          options={[
            { value: "auto", name: "As the system" },
            { value: "light", name: "Light" },
            { value: "dark", name: "Dark" },
          ]}
          onChange={(theme) => set({ theme })}
        />
      </Row>
      <Row name="Density" what="Height of rows">
        <Segments
          label="Density"
          value={appearance.density}
          options={[
            { value: "compact", name: "Compact" },
            { value: "regular", name: "Regular" },
            { value: "roomy", name: "Roomy" },
          ]}
          onChange={(density) => set({ density })}
        />
      </Row>
      <Row name="Rail" what="Names beside the icons at the left">
        <Segments
          label="Rail"
          value={appearance.rail}
          options={[
            { value: "auto", name: "By width" },
            { value: "wide", name: "Wide" },
            { value: "narrow", name: "Narrow" },
          ]}
          onChange={(rail) => set({ rail })}
        />
      </Row>
      <Row name="Your name" what="Author of labels, routes and decisions">
        <TextField label="Your name" value={author} placeholder="the computer's user" onChange={(name) => change("author", name)} />
      </Row>
    </>
  );
}

function SessionsSection({ settings: { sessions }, change }: SectionProps): ReactNode {
  return (
    <>
      <Row name="Asks a person" what="Unless a session says otherwise">
        <div className="bulk-form">
          <AskRuleFields rule={sessions.ask} onChange={(ask) => change("sessions", { ask })} />
        </div>
      </Row>
      <Row name="Time to answer" what="Then it pauses; it never acts by itself">
        <NumberField
          label="Time to answer"
          value={sessions.approvalSeconds}
          unit="s"
          min={10}
          max={3600}
          onChange={(value) => change("sessions", { approvalSeconds: value! })}
        />
      </Row>
      <Row name="Pause between steps" what="So that a person can follow">
        <NumberField
          label="Pause between steps"
          value={sessions.stepMilliseconds}
          unit="ms"
          min={0}
          max={10_000}
          onChange={(value) => change("sessions", { stepMilliseconds: value! })}
        />
      </Row>
      <Row name="Steps on real pages" what="A session on a real page ends after so many">
        <NumberField
          label="Steps on real pages"
          value={sessions.freeSteps}
          unit="steps"
          min={1}
          max={500}
          onChange={(value) => change("sessions", { freeSteps: value! })}
        />
      </Row>
      <Row name="Live picture" what="At most">
        <NumberField
          label="Live picture"
          value={sessions.framesPerSecond}
          unit="frames/s"
          min={1}
          max={30}
          onChange={(value) => change("sessions", { framesPerSecond: value! })}
        />
      </Row>
      <Switch name="Sound when it asks" value={sessions.sound} onChange={(sound) => change("sessions", { sound })} />
    </>
  );
}

function WheelSection({ settings: { gate, budgets }, change }: SectionProps): ReactNode {
  return (
    <>
      <Row name="When the gate would promote" what="While it waits for you, the incumbent acts on and the wheel keeps rolling">
        <Segments
          label="When the gate would promote"
          value={gate.promote}
          options={[
            { value: "auto", name: "Promote" },
            { value: "ask", name: "Ask me" },
          ]}
          onChange={(promote) => change("gate", { promote })}
        />
      </Row>
      <Row name="Promotion can be undone for">
        <NumberField
          label="Promotion can be undone for"
          value={gate.undoHours}
          unit="h"
          min={1}
          max={720}
          onChange={(value) => change("gate", { undoHours: value! })}
        />
      </Row>
      <Switch
        name="Training leaves a core to sessions"
        what="While somebody watches one"
        value={budgets.yieldToSessions}
        onChange={(yieldToSessions) => change("budgets", { yieldToSessions })}
      />
      <Row name="Room to keep free" what="New work is refused below it">
        <NumberField
          label="Room to keep free"
          value={budgets.leastFreeBytes / 1e9}
          unit="GB"
          min={0}
          max={100_000}
          onChange={(value) => change("budgets", { leastFreeBytes: value! * 1e9 })}
        />
      </Row>
    </>
  );
}

function BrowserSection({ settings: { browser, tasks }, change }: SectionProps): ReactNode {
  const { data: status } = useCall("workspace", "status", undefined);
  return (
    <>
      <Row
        name="Chrome or Chromium"
        what={status?.browser == null ? "None was found: name one, or run flywheel doctor --fix" : `In use: ${status.browser.path}`}
      >
        <TextField
          label="Chrome or Chromium"
          mono
          value={browser.path}
          placeholder="found by itself"
          onChange={(path) => change("browser", { path })}
        />
      </Row>
      <Row name="Browsers at once in a run">
        <NumberField
          label="Browsers at once"
          value={browser.contexts}
          unit=""
          min={1}
          max={32}
          empty="as its preset says"
          onChange={(contexts) => change("browser", { contexts })}
        />
      </Row>
      <Row name="Files with tasks of your own" what="One path a line; each file is one task">
        <Lines
          label="Files with tasks"
          values={tasks.modules}
          placeholder="/home/…/my-task.ts"
          onChange={(modules) => change("tasks", { modules })}
        />
      </Row>
    </>
  );
}

function Privacy({ settings: { privacy }, change }: SectionProps): ReactNode {
  return (
    <Row
      name="Fields that are masked"
      what="In pixels and typed text, before anything is stored. Password and payment fields always are. One CSS selector a line."
    >
      <Lines
        label="Fields that are masked"
        values={privacy.maskSelectors}
        placeholder="input[name=iban]"
        onChange={(maskSelectors) => change("privacy", { maskSelectors })}
      />
    </Row>
  );
}

/** A list, one entry a line. */
function Lines({
  label,
  values,
  placeholder,
  onChange,
}: {
  readonly label: string;
  readonly values: readonly string[];
  readonly placeholder: string;
  readonly onChange: (values: string[]) => void;
}): ReactNode {
  return (
    <textarea
      key={values.join("\n")}
      className="text mono"
      aria-label={label}
      rows={3}
      spellCheck={false}
      placeholder={placeholder}
      defaultValue={values.join("\n")}
      onBlur={(event) => {
        const lines = event.target.value
          .split("\n")
          .map((line) => line.trim())
          .filter((line) => line !== "");
        if (lines.join("\n") !== values.join("\n")) onChange(lines);
      }}
    />
  );
}

function RetentionSection({ settings: { retention }, change }: SectionProps): ReactNode {
  return (
    <>
      <Row name="Screens nobody learns from" what="Of retracted, interrupted and quarantined episodes; kept for">
        <NumberField
          label="Screens are kept for"
          value={retention.screensDays}
          unit="days"
          min={1}
          max={100_000}
          empty="ever"
          onChange={(screensDays) => change("retention", { screensDays })}
        />
      </Row>
      <Row name="Checkpoints" what="That neither act nor are anyone's parent; the newest so many stay">
        <NumberField
          label="Checkpoints kept"
          value={retention.keepCheckpoints}
          unit=""
          min={1}
          max={100_000}
          empty="all"
          onChange={(keepCheckpoints) => change("retention", { keepCheckpoints })}
        />
      </Row>
      <h3>May be deleted now</h3>
      <RetentionList />
    </>
  );
}

function Notifications({ settings: { notifications, closing }, change }: SectionProps): ReactNode {
  return (
    <>
      <Row name="When a long job ends" what="Longer than">
        <NumberField
          label="Jobs longer than"
          value={notifications.jobsAfterSeconds}
          unit="s"
          min={0}
          max={100_000}
          onChange={(value) => change("notifications", { jobsAfterSeconds: value! })}
        />
      </Row>
      <Switch name="When a session asks" value={notifications.approvals} onChange={(approvals) => change("notifications", { approvals })} />
      <Row name="When the window closes, running jobs">
        <Segments
          label="Running jobs"
          value={closing.runningJobs}
          options={[
            { value: "ask", name: "Ask" },
            { value: "go on", name: "Go on" },
            { value: "stop", name: "Stop" },
          ]}
          onChange={(runningJobs) => change("closing", { runningJobs })}
        />
      </Row>
    </>
  );
}

function ShortcutSection({ settings: { shortcuts, appearance }, change }: SectionProps): ReactNode {
  return (
    <>
      <Switch
        name="Single letters do something"
        what="Off: only keys with Ctrl, Alt or Esc, arrows and Enter"
        value={appearance.letterKeys}
        onChange={(letterKeys) => change("appearance", { letterKeys })}
      />
      <Shortcuts changed={shortcuts} onChange={(next) => change("shortcuts", next)} />
    </>
  );
}
