/** The sentences of signing in and of invitations. */
export const accessWords = {
  title: 'Sign in',
  email: 'E-mail',
  password: 'Password',
  signIn: 'Sign in',
  noAccount: 'No account yet? Ask the owner of your workspace for an invitation link.',
  linkTitle: 'Signing you in',
  linkFailed: 'This sign-in link did not work',
  linkHint: 'A link works once and for a short time. You can sign in with your password instead.',
  passwordInstead: 'Sign in with a password',
  invitationTitle: (workspace: string) => `Join ${workspace}`,
  invitationLead: (role: string, projects: string[]) =>
    projects.length > 0
      ? `You are invited as ${role} to: ${projects.join(', ')}.`
      : `You are invited as ${role}.`,
  invitationLoading: 'Reading your invitation',
  invitationFailed: 'This invitation did not work',
  invitationMissing: 'The address has no invitation in it. Open the whole link you were sent.',
  name: 'Your name',
  nameHint: 'Others in the workspace see it beside your work.',
  emailFixed: (email: string) => `For ${email}`,
  newPassword: 'Password (you may leave it out)',
  newPasswordHint: 'Without one you sign in by a link that the owner sends you.',
  join: 'Join',
  roles: { owner: 'owner', lead: 'lead', reviewer: 'reviewer', annotator: 'annotator' },
};
