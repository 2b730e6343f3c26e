/**
 * Icons to draw: the SVG files of icon packages, with the sign each shows. Packages are no dependencies: who trains installs them.
 * Which ones never teach was decided by the hash of their names. In: shares. Out: icons as SVG whose colour is `currentColor`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { WheelError } from "../../../env/errors.ts";
import { iconClass } from "./iconNames.ts";

interface IconPackage {
  readonly package: string;
  /** The release that the shipped weights learned from. */
  readonly version: string;
  readonly prefix: string;
  readonly folders: readonly string[];
  readonly share: Share;
}

/** `known` icons teach; `development` ones choose settings, `unseen` ones measure what came out. */
export type Share = "known" | "development" | "unseen";

/**
 * Families (forks and packages that redraw each other stay together) in the order of sha256("signs held out " + names joined by "+"):
 * the first two are unseen, the third is for development.
 */
const PACKAGES: readonly IconPackage[] = [
  icons("unseen", "phosphor", "@phosphor-icons/core@2.1.1", "assets/regular", "assets/bold", "assets/fill", "assets/light"),
  icons("unseen", "fa", "@fortawesome/fontawesome-free@7.3.1", "svgs/solid", "svgs/regular"),
  icons("development", "iconoir", "iconoir@7.12.1", "icons/regular"),
  icons("development", "iconoir-solid", "iconoir@7.12.1", "icons/solid"),
  icons("known", "eva", "eva-icons@1.1.3", "fill/svg", "outline/svg"),
  icons("known", "heroicons", "heroicons@2.2.0", "24/outline", "24/solid", "16/solid"),
  icons("known", "mdi", "@mdi/svg@7.4.47", "svg"),
  icons("known", "material", "@material-design-icons/svg@0.14.15", "filled", "outlined", "round"),
  icons("known", "octicons", "@primer/octicons@19.42.0", "build/svg"),
  icons("known", "ionicons", "ionicons@8.1.0", "dist/svg"),
  icons("known", "tabler", "@tabler/icons@3.51.0", "icons/outline", "icons/filled"),
  icons("known", "lucide", "lucide-static@1.62.0", "icons"),
  icons("known", "feather", "feather-icons@4.29.2", "dist/icons"),
  icons("known", "bootstrap", "bootstrap-icons@1.13.2", "icons"),
];

function icons(share: Share, prefix: string, release: string, ...folders: readonly string[]): IconPackage {
  const at = release.lastIndexOf("@");
  return { package: release.slice(0, at), version: release.slice(at + 1), prefix, folders, share };
}

/** An icon ready to be put into a page. */
interface Icon {
  readonly sign: number;
  readonly package: string;
  /** The whole `<svg>` without width, height, licence comment and class. */
  readonly svg: string;
}

/** Icons by class, index = class; `releases` names what they were read from. */
export interface IconShelf {
  readonly byClass: readonly (readonly Icon[])[];
  readonly releases: readonly string[];
}

const require = createRequire(import.meta.url);

/** All icons of a share. Throws `usage` naming the packages that are not installed in their release. */
export function openIcons(share: Share): IconShelf {
  const wanted = PACKAGES.filter((one) => one.share === share);
  const found = wanted.map((one) => ({ one, root: rootOf(one) }));
  const missing = found.filter(({ root }) => root === undefined).map(({ one }) => releaseOf(one));
  if (missing.length > 0) {
    throw new WheelError("usage", `${missing.length} icon packages are not installed.`, `Run \`npm install --no-save ${missing.join(" ")}\`.`);
  }
  const byClass: Icon[][] = [];
  for (const { one, root } of found) for (const icon of readIcons(one, root!)) (byClass[icon.sign] ??= []).push(icon);
  return { byClass: Array.from(byClass, (all) => all ?? []), releases: wanted.map(releaseOf) };
}

const releaseOf = ({ package: name, version }: IconPackage): string => `${name}@${version}`;

function rootOf({ package: name, version }: IconPackage): string | undefined {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const manifest = join(folder, name, "package.json");
      if ((JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version === version) return dirname(manifest);
    } catch {
      // Not here.
    }
  }
  return undefined;
}

function readIcons({ package: name, prefix, folders }: IconPackage, root: string): Icon[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith(".svg"))
      .toSorted()
      .flatMap((file) => {
        const sign = iconClass(prefix, file.slice(0, -4));
        return sign === null ? [] : [{ sign, package: name, svg: plainSvg(readFileSync(join(root, folder, file), "utf8")) }];
      }),
  );
}

/** The drawing alone, in `currentColor` where it names no colour or black. */
function plainSvg(text: string): string {
  const bare = text.replaceAll(/<!--[\s\S]*?-->|<\?xml[^>]*>|<title>[\s\S]*?<\/title>/g, "").trim();
  const [root] = /<svg[^>]*>/.exec(bare) ?? ["<svg>"];
  const kept = root.replaceAll(/\s(?:width|height|class|id|style|aria-hidden|data-slot)="[^"]*"/g, "");
  const coloured = /\sfill="/.test(kept) ? kept : kept.replace("<svg", '<svg fill="currentColor"');
  return (coloured + bare.slice(bare.indexOf(root) + root.length)).replaceAll(/"(?:#000(?:000)?|black|#212121)"/g, '"currentColor"');
}
