/** Events: what people do, as it arrives. */
export const events = {
  title: "Events",
  about: "What people do with items, sent as it happens. The next list follows it.",
  what: { usage: "the events" },
  byDay: {
    title: "Events by day",
    chart: "Events by day and key",
    none: "No event has arrived in the last 30 days.",
  },
  send: {
    title: "Send one",
    about:
      "With a key that has the scope “events”. Send the request_id of the list that led there, so that experiments count it.",
    label: "An event",
    copy: "Copy",
    keyPlace: "YOUR_KEY",
    getKey: "Get a key",
  },
  weights: {
    title: "What each type is worth",
    about: "In training and in the next list. A weight of 0 leaves a type out.",
    change: "Change the weights",
    type: "Type",
    weight: "Weight",
    meaning: "Meaning",
    own: "set by this project",
    usual: "usual",
    rating: "its value times this",
    dislike: "never again",
  },
};
