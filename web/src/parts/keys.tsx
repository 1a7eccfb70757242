import { Group, Kbd, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef } from 'react';

export interface Key {
  key: string;
  what: string;
  run: () => void;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}

/** The keys of a screen; `?` shows them. They rest while somebody types (but for Escape). */
export function Keys({ keys }: { keys: Key[] }) {
  const [open, shown] = useDisclosure(false);
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('[aria-modal="true"]') !== null) {
        return;
      }
      if (isTyping(event.target) && event.key !== 'Escape') {
        return;
      }
      if (event.key === '?') {
        event.preventDefault();
        shown.open();
        return;
      }
      if (event.key === 'Enter' && event.target instanceof HTMLElement && ['BUTTON', 'A'].includes(event.target.tagName)) {
        return;
      }
      const found = latest.current.find((one) => one.key.toLowerCase() === event.key.toLowerCase());
      if (found !== undefined) {
        event.preventDefault();
        found.run();
      }
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [shown]);
  return (
    <Modal opened={open} onClose={shown.close} title="Keys of this screen" size="sm">
      <Stack gap="xs">
        {keys.map((one) => (
          <Group key={one.key} justify="space-between">
            <Text size="sm">{one.what}</Text>
            <Kbd>{one.key}</Kbd>
          </Group>
        ))}
        <Group justify="space-between">
          <Text size="sm">Go anywhere</Text>
          <Kbd>Ctrl K</Kbd>
        </Group>
      </Stack>
    </Modal>
  );
}
