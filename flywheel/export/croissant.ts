/** Croissant 1.1 metadata (`croissant.json`, mlcommons.org/croissant). In: facts and files. Out: JSON-LD that names every file with its digest. */
import type { ExportManifest } from "./exportManifest.ts";
import type { FileEntry } from "./exportFolder.ts";

type Facts = Pick<ExportManifest, "snapshot" | "steps" | "episodes">;

/** `newest`: when the newest episode ended, Unix milliseconds; the dataset's date, as it does not change from export to export. */
export function croissant({ snapshot, steps, episodes }: Facts, files: readonly FileEntry[], newest: number): string {
  const distribution = files.map(({ path, sha256, bytes }) => ({
    "@type": "cr:FileObject",
    "@id": path,
    name: path,
    contentUrl: path,
    contentSize: `${bytes} B`,
    encodingFormat: formatOf(path),
    sha256,
  }));
  const document = {
    "@context": CONTEXT,
    "@type": "sc:Dataset",
    name: `gui-flywheel-${snapshot.hash.slice(0, 12)}`,
    description: `Screenshots, actions, verdicts and rewards of a GUI agent: ${episodes.kept} episodes, ${steps} steps.`,
    conformsTo: "http://mlcommons.org/croissant/1.1",
    license: "https://choosealicense.com/no-permission/",
    url: `urn:sha256:${snapshot.hash}`,
    version: "1.0.0",
    datePublished: new Date(newest).toISOString().slice(0, 10),
    creator: { "@type": "Organization", name: "GUI Flywheel" },
    "rai:dataCollection": "Recorded from pages in a browser that an agent, a script or a person controlled.",
    "rai:dataAnnotationProtocol": "Each episode is judged by its task's verifier, a pure function of recorded page states and actions.",
    "rai:personalSensitiveInformation": "Password and payment fields are masked in pixels and text before anything is stored.",
    "rai:dataLimitations": "Most pages are synthetic; a verifier can be wrong.",
    distribution,
    recordSet: files.some(({ path }) => path === "steps.parquet") ? [recordSet("steps", STEP_FIELDS), recordSet("episodes", EPISODE_FIELDS)] : [],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const STEP_FIELDS = {
  episode_id: "sc:Text",
  step: "sc:Integer",
  task_id: "sc:Text",
  observation_image: "sc:Text",
  action_json: "sc:Text",
  reward: "sc:Float",
};
const EPISODE_FIELDS = {
  episode_id: "sc:Text",
  task_id: "sc:Text",
  instruction: "sc:Text",
  verdict: "sc:Text",
  reward: "sc:Float",
  total_steps: "sc:Integer",
};

function recordSet(table: string, fields: Readonly<Record<string, string>>): unknown {
  const field = Object.entries(fields).map(([name, dataType]) => ({
    "@type": "cr:Field",
    "@id": `${table}/${name}`,
    name,
    dataType,
    source: { fileObject: { "@id": `${table}.parquet` }, extract: { column: name } },
  }));
  return { "@type": "cr:RecordSet", "@id": table, name: table, field };
}

const FORMATS: Readonly<Record<string, string>> = {
  parquet: "application/x-parquet",
  jsonl: "application/jsonlines",
  json: "application/json",
  md: "text/markdown",
};

function formatOf(path: string): string {
  return FORMATS[path.slice(path.lastIndexOf(".") + 1)] ?? "text/plain";
}

const CONTEXT = {
  "@language": "en",
  "@vocab": "https://schema.org/",
  citeAs: "cr:citeAs",
  column: "cr:column",
  conformsTo: "dct:conformsTo",
  cr: "http://mlcommons.org/croissant/",
  rai: "http://mlcommons.org/croissant/RAI/",
  data: { "@id": "cr:data", "@type": "@json" },
  dataType: { "@id": "cr:dataType", "@type": "@vocab" },
  dct: "http://purl.org/dc/terms/",
  equivalentProperty: "cr:equivalentProperty",
  examples: { "@id": "cr:examples", "@type": "@json" },
  extract: "cr:extract",
  field: "cr:field",
  fileObject: "cr:fileObject",
  fileProperty: "cr:fileProperty",
  fileSet: "cr:fileSet",
  format: "cr:format",
  includes: "cr:includes",
  isLiveDataset: "cr:isLiveDataset",
  jsonPath: "cr:jsonPath",
  key: "cr:key",
  md5: "cr:md5",
  parentField: "cr:parentField",
  path: "cr:path",
  recordSet: "cr:recordSet",
  references: "cr:references",
  regex: "cr:regex",
  repeated: "cr:repeated",
  replace: "cr:replace",
  samplingRate: "cr:samplingRate",
  sc: "https://schema.org/",
  separator: "cr:separator",
  source: "cr:source",
  subField: "cr:subField",
  transform: "cr:transform",
};
