/** The form of a new tuning job; its texts are among those of `tuning`. */
export const newJob = {
  advanced: {
    title: "Advanced settings",
    algorithms: "Algorithms",
    automaticHint: "Tries what suits the size of the data.",
    needsTime: "Testing on the latest activity needs a time column.",
    testedOn: "Tested on",
    seen: "Items that people know already",
    share: "Share set aside for testing, %",
    metric: "Metric",
    cutoff: "Recommendations per person to test",
    parallel: "Trials in parallel",
    timeLimit: "Time limit, minutes",
    seed: "Random seed",
    trainAfter: "Train a model afterwards",
    trainAfterHint: "With the best settings, on all interactions.",
    whenReady: "When the model is ready",
  },
  efforts: {
    title: "How long to search",
    own: "Your own number of trials and time limit.",
    quick: {
      label: "Quick look",
      hint: "12 trials, and 5 minutes at the most. Enough to see whether the data work.",
    },
    balanced: { label: "Balanced", hint: "40 trials. Enough for most data." },
    thorough: {
      label: "Thorough",
      hint: "150 trials: about four times as long as balanced, and often a little better. It takes the same memory.",
    },
  },
  aims: {
    title: "What lists should do",
    clicks: "More clicks: what people want stands at the top",
    found: "Find more of everything that each person wants",
    anybody: "Something fitting for as many people as possible",
  },
  kinds: {
    automatic: {
      label: "Choose automatically",
      hint: "Tries what suits the size of the data, with the tables that the project has.",
    },
    collaborative: {
      label: "Collaborative: what people like together",
      hint: "Learns from interactions alone. Best for items that many people know.",
    },
    content: {
      label: "Content: items with the same properties",
      hint: "Reads the item table. New items are found at once.",
    },
    hybrid: {
      label: "Hybrid: both together",
      hint: "Learns from interactions and the tables, so new items and new people get fitting lists.",
    },
  },
  splits: {
    TU: "each person's latest interactions",
    RG: "a random part of each person's interactions",
    TG: "the latest interactions of everyone",
    cold_items: "new items",
    cold_users: "new people",
    "next-item": "what each person did next",
    sessions: "each step of the newest sessions",
    time: "what people did first after one moment",
  },
  new: {
    nothing: "Nothing to try: choose at least one algorithm in the advanced settings.",
    sample: (users: string, all: string) =>
      `Trials use about ${users} of ${all} users, because the data are too large for one worker. A model with the best settings learns from all data.`,
    thenTrains: "We then train a model with the best settings automatically.",
    suited: "algorithms that suit the size of your data",
    summary: (algorithms: string, metric: string, heldOut: string, next: string) =>
      `Tries ${algorithms}, and measures each by ${metric} on ${heldOut}. ${next}`.trim(),
    notStarted: "The job was not started.",
    back: "Back",
    starting: "Starting…",
    own: "Own choice of algorithms",
    noItemTable: "This project has no item table yet. Add one on the page Data first.",
    chosenBelow: "Chosen in the advanced settings.",
    kind: "Kind of model",
    noData: "There is no data to tune on",
    noDataThen:
      "Upload a file of interactions first. Once it has been read without errors, tuning can start.",
  },
  schemes: {
    TU: {
      label: "Each person's latest activity",
      hint: "Lists must find what people took last, in any order.",
      heldOut: (percent: string) => `the latest ${percent}% of each person's interactions`,
    },
    TG: {
      label: "The latest activity of everyone",
      hint: "Lists must find what happened after one moment.",
      heldOut: (percent: string) => `the latest ${percent}% of all interactions`,
    },
    RG: {
      label: "A random part of each person's activity",
      hint: "Lists must find interactions that are hidden at random.",
      heldOut: (percent: string) => `a random ${percent}% of each person's interactions`,
    },
    "next-item": {
      label: "What each person did next",
      hint: "Lists must find the very last item of each person from what came before.",
      heldOut: () => "the last item of each person",
    },
    sessions: {
      label: "Each step of the newest sessions",
      hint: "Lists for visitors whom nobody knows: after each click, the next one must be found.",
      heldOut: (percent: string) => `every step of the newest ${percent}% of the sessions`,
    },
    time: {
      label: "What people did first after one moment",
      hint: "Everything is learned up to one moment; lists must find the first item after it.",
      heldOut: (percent: string) => `the first item of each person in the newest ${percent}% of the time`,
    },
  },
  seen: {
    usual: "As usual: in sessions only",
    keep: "Allowed: people come back to items",
    leaveOut: "Left out: only new items count",
  },
};
