import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './style.css';
import { Badge, createTheme, type CSSVariablesResolver, Drawer, MantineProvider, Modal, Notification, Select, TableScrollContainer, Tabs } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Problem } from './api/client';
import { router } from './routes';

const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: 8,
  autoContrast: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontWeight: '650' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  defaultRadius: 'sm',
  components: {
    Badge: Badge.extend({ defaultProps: { tt: 'none' }, styles: { root: { minWidth: 'max-content', flexShrink: 0 } } }),
    Drawer: Drawer.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Modal: Modal.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Select: Select.extend({ defaultProps: { allowDeselect: false } }),
    Tabs: Tabs.extend({ classNames: { list: 'tab-row' } }),
    TableScrollContainer: TableScrollContainer.extend({ defaultProps: { scrollAreaProps: { viewportProps: { tabIndex: 0, role: 'group', 'aria-label': 'Table' } } } }),
  },
});

/* Words on tinted or plain ground keep a contrast of 4.5 to 1. */
const contrast: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5a626a',
    '--mantine-color-placeholder': '#68707a',
    '--mantine-color-error': '#c02626',
    '--mantine-color-blue-light-color': '#155a9c',
    '--mantine-color-teal-light-color': '#06664a',
    '--mantine-color-yellow-light-color': '#774700',
    '--mantine-color-red-light-color': '#ad2323',
    '--mantine-color-grape-light-color': '#7b2a94',
    '--mantine-color-gray-light-color': '#444b52',
  },
  dark: {
    '--mantine-color-dimmed': '#a8a9ad',
    '--mantine-color-placeholder': '#9a9b9f',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-disabled': '#3b3d40',
    '--mantine-color-disabled-color': '#a8a9ad',
  },
});

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      retry: (failures, error) => failures < 2 && error instanceof Problem && (error.status === 0 || error.status >= 500),
    },
  },
});

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={contrast} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <Notifications limit={1} position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
