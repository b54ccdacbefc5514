/** The settings of a project. */
export const settings = {
  lists: {
    exploration: "Positions for new items (%)",
    explorationHint:
      "Items that are newer than the model and that few people have seen get this share. 0 for none.",
    impressions: "Impressions",
    impressionsHint: "What people have seen: it says which items are still new.",
    replay: "Answers that a replay may use (%)",
    replayHint: "Of the written answers. With several slots, each of these costs the lists of all slots.",
    recorded: "Answers that are written (%)",
    recordedHint: "The share of answers whose items count as seen. Less costs less.",
    client: "The application sends them",
    automatic: "Written with each answer",
    title: "New items in lists",
    about:
      "Nobody knows yet whether people want an item that hardly anybody has seen. Lists show a few of them to find out.",
  },
  wrongPercent: "Enter a number from 0 to 100.",
  title: "Settings",
  about:
    "The project's name, how its files are read, how its lists explore, which websites may call it, and what interactions are worth.",
  columnsHint: "Choose columns by name, or by number if there is no header row (1 is the first column).",
  reading: "How files are read",
  readingAbout: "For files that you upload from now on. Files that are already here stay as they were read.",
  websites: "Websites",
  websitesAbout: "Pages of these websites may ask for recommendations directly from the browser.",
  origins: "Allowed origins",
  originsHint:
    "One per line, for example https://shop.example. Leave this empty if only your server calls the API.",
};
