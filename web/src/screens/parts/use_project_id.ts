import { useParams } from '@tanstack/react-router';

/** The project in the address; empty on pages outside of projects. */
export const useProjectId = (): string => useParams({ strict: false }).projectId ?? '';
