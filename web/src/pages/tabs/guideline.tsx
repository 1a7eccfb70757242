import { Button, Card, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../../api/client';
import { date } from '../../parts/format';
import { Clauses, useGuideline } from '../../parts/guideline';
import { Fetched, Trouble } from '../../parts/states';

export function GuidelineTab({ campaign, editable }: { campaign: Schema<'campaign_row'>; editable: boolean }) {
  const guideline = useGuideline(campaign.id);
  const client = useQueryClient();
  const [text, setText] = useState<string>();
  const save = useMutation({
    mutationFn: () => api.write('POST', `/v1/campaigns/${campaign.id}/guidelines`, { body: text }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['guideline', campaign.id] });
      setText(undefined);
    },
  });
  if (text !== undefined) {
    return (
      <Stack>
        <Textarea label="Guideline (Markdown)" description="Each heading is a clause. Saving puts a new version into force; answers keep the version they were made under." autosize minRows={16} maxRows={40} value={text} onChange={(event) => setText(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }} />
        {save.isError && <Trouble error={save.error} />}
        <Group><Button onClick={() => save.mutate()} loading={save.isPending}>Put into force</Button><Button variant="default" onClick={() => setText(undefined)}>Leave as it was</Button></Group>
      </Stack>
    );
  }
  return (
    <Fetched of={guideline}>
      {(data) => (
        <Card withBorder radius="md" padding="lg">
          <Group justify="space-between" mb="md">
            <Text size="sm" c="dimmed">Version {data.version}, in force since {date(data.created_at)}</Text>
            {editable && <Button size="xs" variant="default" onClick={() => setText(data.body)}>Write a new version</Button>}
          </Group>
          <Clauses guideline={data} search="" />
        </Card>
      )}
    </Fetched>
  );
}
