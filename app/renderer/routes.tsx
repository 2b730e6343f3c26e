/**
 * Every page and its URL. Pages are loaded when they are first opened. Names kept for pages to come: `/compare?a=:id&b=:id`, `/review/:id`,
 * `/demonstrate/:request`.
 */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Link, type ErrorComponentProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Problem } from "./parts/Problem.tsx";
import { Page } from "./shell/Page.tsx";
import { Shell } from "./shell/Shell.tsx";
import { parseSearch, stringifySearch, type Search } from "./urlSearch.ts";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, validateSearch: (search): Search => search as Search });

const home = lazyRouteComponent(() => import("./pages/home/HomePage.tsx"), "HomePage");
const sessions = lazyRouteComponent(() => import("./pages/sessions/SessionsPage.tsx"), "SessionsPage");
const episodes = lazyRouteComponent(() => import("./pages/episodes/EpisodesPage.tsx"), "EpisodesPage");
const replay = lazyRouteComponent(() => import("./pages/replay/ReplayPage.tsx"), "ReplayPage");
const tasks = lazyRouteComponent(() => import("./pages/tasks/TasksPage.tsx"), "TasksPage");
const datasets = lazyRouteComponent(() => import("./pages/datasets/DatasetsPage.tsx"), "DatasetsPage");
const checkpoints = lazyRouteComponent(() => import("./pages/checkpoints/CheckpointsPage.tsx"), "CheckpointsPage");
const settings = lazyRouteComponent(() => import("./pages/settings/SettingsPage.tsx"), "SettingsPage");

const at = { getParentRoute: () => root };
const pages = root.addChildren([
  createRoute({ ...at, path: "/", component: home }),
  createRoute({ ...at, path: "/wheel/$cycle", component: home }),
  createRoute({ ...at, path: "/sessions", component: sessions }),
  createRoute({ ...at, path: "/sessions/$id", component: sessions }),
  createRoute({ ...at, path: "/episodes", component: episodes }),
  createRoute({ ...at, path: "/episodes/$id", component: replay }),
  createRoute({ ...at, path: "/tasks", component: tasks }),
  createRoute({ ...at, path: "/tasks/$id", component: tasks }),
  createRoute({ ...at, path: "/datasets", component: datasets }),
  createRoute({ ...at, path: "/datasets/$pool", component: datasets }),
  createRoute({ ...at, path: "/datasets/$pool/$snapshot", component: datasets }),
  createRoute({ ...at, path: "/checkpoints", component: checkpoints }),
  createRoute({ ...at, path: "/checkpoints/$id", component: checkpoints }),
  createRoute({ ...at, path: "/settings", component: settings }),
  createRoute({ ...at, path: "/settings/$section", component: settings }),
]);

export const router = createRouter({
  routeTree: pages,
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultErrorComponent: Failed,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

function NotFound(): ReactNode {
  return (
    <Page title="No such page" hints={[]}>
      <section className="empty">
        <div>
          <h2>There is no page at this address</h2>
          <p className="dim">
            <Link to="/">Home</Link> shows what this workspace holds.
          </p>
        </div>
      </section>
    </Page>
  );
}

function Failed({ error, reset }: ErrorComponentProps): ReactNode {
  return (
    <Page title="Page stopped" hints={[]}>
      <Problem title="This page could not be shown" error={error} retry={reset} />
    </Page>
  );
}
