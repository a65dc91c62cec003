import { accessWords as words } from './access_words';
import { Centered } from './Centered';
import { SignInForm } from './SignInForm';
import { useTitle } from './title';

/** The sign-in page, shown at whatever address was asked for; after it, that page is shown. */
export function SignInHere() {
  useTitle(words.title);
  return (
    <Centered title={words.title} lead={words.noAccount}>
      <SignInForm />
    </Centered>
  );
}
