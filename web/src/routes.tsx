import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { Empty } from './parts/states';
import { Frame } from './frame';

/* Each page is loaded when it is first opened. */
const root = createRootRoute({ component: Outlet, notFoundComponent: () => <Empty title="There is no such page" /> });
const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', component: lazyRouteComponent(() => import('./pages/sign-in')) });
const frame = createRoute({ getParentRoute: () => root, id: 'frame', component: Frame });
const page = <Path extends string>(path: Path, load: () => Promise<{ default: React.ComponentType }>) =>
  createRoute({ getParentRoute: () => frame, path, component: lazyRouteComponent(load) });

const tree = root.addChildren([
  signIn,
  frame.addChildren([
    page('/', () => import('./pages/home')),
    page('/today', () => import('./pages/today')),
    page('/task/$lease', () => import('./pages/task')),
    page('/work', () => import('./pages/work')),
    page('/work/$submission', () => import('./pages/submission')),
    page('/review', () => import('./pages/review-queue')),
    page('/review/$lease', () => import('./pages/review')),
    page('/campaigns', () => import('./pages/campaigns')),
    page('/campaigns/new', () => import('./pages/campaign-new')),
    page('/campaigns/$campaign', () => import('./pages/campaign')),
    page('/campaigns/$campaign/$tab', () => import('./pages/campaign')),
    page('/tasks/$task', () => import('./pages/task-show')),
    page('/people', () => import('./pages/people')),
    page('/keys', () => import('./pages/keys')),
  ]),
]);

export const router = createRouter({ routeTree: tree, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
