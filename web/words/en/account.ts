/** One's own account. */
export const account = {
  title: "Your account",
  about: (name: string) => `You are signed in as ${name}.`,
  password: {
    title: "Password",
    about: "A new password ends all your other sessions.",
    current: "Current password",
    next: "New password",
    done: "Your password is changed, and your other sessions have ended.",
  },
  sessions: {
    title: "Sessions",
    about: "Where you are signed in.",
    what: "the sessions",
    device: (program: string, system: string) => `${program} on ${system}`,
    unknown: "Unknown device",
    current: "This one",
    used: "Used",
    started: "signed in",
    before: "Signed in before such times were kept.",
    end: "End session",
    endQuestion: (name: string) => `End the session of ${name}?`,
    others: "End all others",
    question: "End all your other sessions?",
    confirm: "End the others",
    ends: "It must sign in again. Nothing that is saved is lost.",
  },
};
