/** Why nothing can be done here, and what to do about it. */

/** @param what verbs */
export function MayOnlyLook({ what }: { readonly what: string }) {
  return (
    <p class="muted">
      You may look, but not {what}: this login has the role <code>read</code>. Log in with one that has the
      role <code>act</code> (<code>web.auth</code> in the configuration).
    </p>
  );
}
