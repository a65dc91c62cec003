import { LinkButton } from '../../ui/LinkButton';
import { Part } from '../../ui/Part';
import { words } from './words';

/** The way to the page where it is settled how tasks go out. */
export const PolicyLink = ({ projectId }: { projectId: string }) => (
  <Part title={words.policy} id="policy" lead={words.policyLead}>
    <div>
      <LinkButton to="/projects/$projectId/policy" params={{ projectId }}>
        {words.openPolicy}
      </LinkButton>
    </div>
  </Part>
);
