import { Anchor, Container } from '@mantine/core';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Link, Outlet } from '@tanstack/react-router';
import { Empty } from './parts/states';
import { Frame } from './frame';

function NotFound() {
  return (
    <Container size="xs" py="xl">
      <Empty title="There is no such page">The address may be mistyped, or what it named is gone. <Anchor size="sm" renderRoot={(props) => <Link to="/" {...props} />}>Go to the first page</Anchor>.</Empty>
    </Container>
  );
}

/* Each page is loaded when it is first opened. */
const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });
const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', component: lazyRouteComponent(() => import('./pages/sign-in')) });
const roles = createRoute({ getParentRoute: () => root, path: '/roles', component: lazyRouteComponent(() => import('./pages/roles')) });
const role = createRoute({ getParentRoute: () => root, path: '/roles/$listing', component: lazyRouteComponent(() => import('./pages/role')) });
const frame = createRoute({ getParentRoute: () => root, id: 'frame', component: Frame });
const page = <Path extends string>(path: Path, load: () => Promise<{ default: React.ComponentType }>) =>
  createRoute({ getParentRoute: () => frame, path, component: lazyRouteComponent(load) });

const tree = root.addChildren([
  signIn,
  roles,
  role,
  frame.addChildren([
    page('/', () => import('./pages/home')),
    page('/today', () => import('./pages/today')),
    page('/task/$lease', () => import('./pages/task')),
    page('/work', () => import('./pages/work')),
    page('/work/$submission', () => import('./pages/submission')),
    page('/skill', () => import('./pages/skill')),
    page('/review', () => import('./pages/review-queue')),
    page('/review/$lease', () => import('./pages/review')),
    page('/campaigns', () => import('./pages/campaigns')),
    page('/campaigns/new', () => import('./pages/campaign-new')),
    page('/campaigns/$campaign', () => import('./pages/campaign')),
    page('/campaigns/$campaign/$tab', () => import('./pages/campaign')),
    page('/tasks/$task', () => import('./pages/task-show')),
    page('/scope', () => import('./pages/scope')),
    page('/experts', () => import('./pages/experts')),
    page('/profile', () => import('./pages/profile')),
    page('/offers', () => import('./pages/offers')),
    page('/offers/$offer/calibration', () => import('./pages/calibration')),
    page('/engagements/$engagement/calibration', () => import('./pages/calibration')),
    page('/earnings', () => import('./pages/earnings')),
    page('/money', () => import('./pages/money')),
    page('/books', () => import('./pages/books')),
    page('/payouts', () => import('./pages/payouts')),
    page('/people', () => import('./pages/people')),
    page('/applications', () => import('./pages/applications')),
    page('/applications/$application', () => import('./pages/application')),
    page('/interviews/$interview', () => import('./pages/interview')),
    page('/interviews/$interview/result', () => import('./pages/result')),
    page('/grading', () => import('./pages/grading-queue')),
    page('/grading/$grading', () => import('./pages/grading')),
    page('/vetting', () => import('./pages/vetting')),
    page('/vetting/$listing', () => import('./pages/vetting-listing')),
    page('/pool', () => import('./pages/pool')),
    page('/fairness', () => import('./pages/fairness')),
    page('/resume', () => import('./pages/resume')),
    page('/bank', () => import('./pages/bank')),
    page('/learning', () => import('./pages/learning')),
    page('/bank/$item', () => import('./pages/bank-item')),
    page('/environments', () => import('./pages/environments')),
    page('/environments/$environment', () => import('./pages/environment')),
    page('/environments/$environment/tasks/$task', () => import('./pages/environment-task')),
    page('/rubrics', () => import('./pages/rubrics')),
    page('/rubrics/$rubric', () => import('./pages/rubric')),
    page('/benchmarks', () => import('./pages/suites')),
    page('/benchmarks/$suite', () => import('./pages/suite')),
    page('/keys', () => import('./pages/keys')),
  ]),
]);

export const router = createRouter({ routeTree: tree, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
