import { queryOptions } from '@tanstack/react-query';
import { ofProject, sent, server, type Body, type View } from '../server';

export type LabelConfig = View['LabelConfigView'];
export type CheckedLabelConfig = View['CheckedLabelConfig'];

export const labelConfig = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'label-config'],
    queryFn: () =>
      sent(
        server.GET('/api/v1/projects/{project_id}/label-config', { params: ofProject(projectId) }),
      ),
  });

export const changeLabelConfig = (
  projectId: string,
  body: Body['NewLabelConfig'],
): Promise<LabelConfig> =>
  sent(
    server.PUT('/api/v1/projects/{project_id}/label-config', {
      params: ofProject(projectId),
      body,
    }),
  );

export type LabelConfigChange = View['LabelConfigChange'];
export type LabelMapping = NonNullable<Body['PreviewLabelConfig']['mapping']>;

/** What a label config would do to the annotations that exist; without a mapping one is suggested. */
export const previewLabelConfig = (
  projectId: string,
  body: Body['PreviewLabelConfig'],
): Promise<LabelConfigChange> =>
  sent(
    server.POST('/api/v1/projects/{project_id}/label-config/preview', {
      params: ofProject(projectId),
      body,
    }),
  );

/** What the server understands of a label config; equal texts are asked once. */
export const checkedLabelConfig = (xml: string) =>
  queryOptions({
    queryKey: ['label-config-check', xml],
    queryFn: () =>
      sent(server.POST('/api/v1/label-configs/check', { body: { label_config: xml } })),
    staleTime: Infinity,
    retry: false,
    enabled: xml.trim() !== '',
  });
