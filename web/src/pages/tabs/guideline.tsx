import { Button, Card, Group, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../../api/client';
import { date, plural } from '../../parts/format';
import { Clauses, useGuideline } from '../../parts/guideline';
import { Fetched, Trouble } from '../../parts/states';

export function GuidelineTab({ campaign, editable }: { campaign: Schema<'campaign_row'>; editable: boolean }) {
  const guideline = useGuideline(campaign.id);
  const client = useQueryClient();
  const [text, setText] = useState<string>();
  const [material, setMaterial] = useState(false);
  const [reason, setReason] = useState('');
  const calibration = useQuery({ queryKey: ['calibration-of', campaign.id], enabled: text !== undefined, queryFn: () => api.get<Schema<'calibration_view'>>(`/v1/campaigns/${campaign.id}/calibration`) });
  const save = useMutation({
    mutationFn: async () => {
      await api.write('POST', `/v1/campaigns/${campaign.id}/guidelines`, { body: text });
      return material ? (await api.write<Schema<'calibration_called'>>('POST', `/v1/campaigns/${campaign.id}/calibration-calls`, { reason })).called : undefined;
    },
    onSuccess: async (called) => {
      await client.invalidateQueries({ queryKey: ['guideline', campaign.id] });
      await client.invalidateQueries({ queryKey: ['calibration-of', campaign.id] });
      if (called !== undefined) {
        notifications.show({ message: `${plural(called, 'expert')} told to calibrate again.` });
      }
      setMaterial(false);
      setText(undefined);
    },
  });
  if (text !== undefined) {
    return (
      <Stack>
        <Textarea label="Guideline (Markdown)" description="Each heading is a clause. Saving puts a new version into force; answers keep the version they were made under." autosize minRows={16} maxRows={40} value={text} onChange={(event) => setText(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }} />
        {calibration.data?.task_count !== undefined && <Switch label="The change is material" description="Everybody who was calibrated under another text is paused, told why, and calibrates again." checked={material} onChange={(event) => setMaterial(event.currentTarget.checked)} />}
        {material && <TextInput label="What has changed, and why it matters" description="Each of them reads it" value={reason} onChange={(event) => setReason(event.currentTarget.value)} maw={640} />}
        {save.isError && <Trouble error={save.error} />}
        <Group><Button onClick={() => save.mutate()} loading={save.isPending} disabled={material && reason.trim().length < 3}>Put into force</Button><Button variant="default" onClick={() => setText(undefined)}>Leave as it was</Button></Group>
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
