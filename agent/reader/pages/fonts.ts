/**
 * Fonts that pages for the reader are drawn in: packages `@fontsource/*`, and the ones that every system with the project's browser has.
 * `UNSEEN` ones never occur in training pages. In: nothing. Out: families, a style sheet, and the files it names.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { WheelError } from "../../../env/errors.ts";

/** Families of the system: what pages that name no font of their own are drawn in. */
export const SYSTEM_FONTS: readonly string[] = [
  "Liberation Sans",
  "Liberation Serif",
  "Liberation Mono",
  "Liberation Sans Narrow",
  "DejaVu Sans",
  "DejaVu Serif",
  "DejaVu Sans Mono",
  "DejaVu Sans Condensed",
];

/** Packages of training pages: usual text faces, some for headings, some typewriters. */
export const TRAINING_FONTS: readonly string[] = `inter roboto open-sans noto-sans merriweather montserrat poppins nunito nunito-sans raleway ubuntu
  fira-sans fira-code pt-sans pt-serif playfair-display lora roboto-mono roboto-condensed roboto-slab oswald rubik karla dm-sans manrope
  libre-franklin barlow quicksand cabin bitter crimson-text arvo inconsolata space-grotesk archivo public-sans exo-2 titillium-web josefin-sans
  comic-neue courier-prime zilla-slab overpass signika libre-baskerville alegreya-sans varela-round`.split(/\s+/);

/** Packages of pages that test how well unknown fonts are read; among them those of the tasks' gate and final themes. */
export const UNSEEN_FONTS: readonly string[] = "lato source-sans-3 work-sans ibm-plex-sans jetbrains-mono eb-garamond comfortaa vollkorn".split(" ");

const SUBSETS = ["latin", "latin-ext"] as const;
const require = createRequire(import.meta.url);

interface Metadata {
  readonly weights: readonly number[];
  readonly styles: readonly string[];
  readonly subsets: readonly string[];
}

/** A font that pages can name. */
export interface FontPackage {
  /** The family's name in CSS: that of the package. */
  readonly family: string;
  readonly weights: readonly number[];
  readonly italic: boolean;
  readonly faces: string;
}

/** The packages that are installed. Throws `usage` naming those that are not, when `all` of them are needed. */
export function fontPackages(slugs: readonly string[], all = true): FontPackage[] {
  const found = slugs.map((slug) => ({ slug, font: readPackage(slug) }));
  const missing = found.filter(({ font }) => font === undefined).map(({ slug }) => `@fontsource/${slug}`);
  if (all && missing.length > 0) {
    throw new WheelError("usage", `${missing.length} fonts are not installed.`, `Run \`npm install --no-save ${missing.join(" ")}\`.`);
  }
  return found.flatMap(({ font }) => font ?? []);
}

function readPackage(slug: string): FontPackage | undefined {
  try {
    const read = (name: string): unknown => JSON.parse(readFileSync(require.resolve(`@fontsource/${slug}/${name}`), "utf8"));
    const metadata = read("metadata.json") as Metadata;
    const ranges = read("unicode.json") as Readonly<Record<string, string>>;
    return { family: slug, weights: metadata.weights, italic: metadata.styles.includes("italic"), faces: facesOf(slug, metadata, ranges) };
  } catch {
    return undefined;
  }
}

function facesOf(slug: string, { weights, styles, subsets }: Metadata, ranges: Readonly<Record<string, string>>): string {
  const faces: string[] = [];
  for (const subset of SUBSETS.filter((name) => subsets.includes(name))) {
    for (const weight of weights) {
      for (const style of styles) {
        const url = `/fonts/${slug}-${subset}-${weight}-${style}.woff2`;
        // Few families have every weight upright and slanted.
        if (fileOf(url) === undefined) continue;
        faces.push(
          `@font-face{font-family:"${slug}";font-weight:${weight};font-style:${style};src:url(${url});unicode-range:${ranges[subset] ?? "U+0-10FFFF"}}`,
        );
      }
    }
  }
  return faces.join("\n");
}

/** Where the file behind a path of a style sheet lies; undefined when there is none. */
function fileOf(path: string): string | undefined {
  const [, file, slug] = /^\/fonts\/(([a-z0-9-]+?)-latin(?:-ext)?-\d+-(?:normal|italic)\.woff2)$/.exec(path) ?? [];
  if (slug === undefined || file === undefined) return undefined;
  try {
    return require.resolve(`@fontsource/${slug}/files/${file}`);
  } catch {
    return undefined;
  }
}

/** The file behind a path that a style sheet of {@link fontPackages} names. */
export function fontFile(path: string): Uint8Array | undefined {
  const file = fileOf(path);
  return file === undefined ? undefined : readFileSync(file);
}
