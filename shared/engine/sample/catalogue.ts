/** The invented data of the sample: groups, name parts, tags and title templates. Any likeness to real names is chance. */

export const COMMUNITIES = [
  "Velvora",
  "Hexabloom",
  "Paper Comets",
  "Moonwell",
  "Auroline",
  "Tideglass",
  "Kairo Nine",
  "Sugarfall",
  "Northlamp",
  "Orbit Lane",
  "Lumidae",
  "Cinder & Silk",
  "Marble Fox",
  "Staticwave",
  "Petalhour",
  "Glass Lantern",
  "Echo Harbor",
  "Rubyline",
  "Dawnkeepers",
  "Cloud Ninety",
  "Fable Six",
  "Violet Motion",
  "Tenfold",
  "Hushlight",
] as const;

const NAME_STARTS = ["Se", "Ka", "Lu", "No", "Mi", "Ra", "Ha", "Yo", "Ti", "El", "Do", "Ju"];
const NAME_ENDS = ["riel", "von", "mae", "zu", "lune", "ki"];

export const IDOLS_PER_COMMUNITY = 3;

/** Stage names, one for each idol, all different. */
export const IDOL_NAMES: readonly string[] = NAME_STARTS.flatMap((start) =>
  NAME_ENDS.map((end) => `${start}${end}`),
);

/** Tags of each kind with the words that stand for them in a title. */
export const THEMES = {
  fashion: ["today's outfit", "thrift finds", "stage outfits up close"],
  food: ["late-night ramyeon", "my first strawberry cake", "a market food tour"],
  travel: ["a train to the sea", "one day in the old town", "airport diary"],
  pets: ["meet my new kitten", "walking the dog at dawn", "my cat runs this dorm"],
  fitness: ["leg day, sadly", "a 5 am run", "stretching with me"],
  books: ["three books I reread", "a slow bookshop afternoon", "reading with tea"],
  gaming: ["one more round", "losing to the manager", "co-op night"],
  studio: ["a demo at 3 am", "writing the bridge", "new microphone, new me"],
  skincare: ["the ten-minute routine", "saving my skin after stage make-up", "bare face Friday"],
  film: ["a roll of film from spring", "photos I forgot about", "my old film camera"],
} as const satisfies Record<string, readonly string[]>;

export const CONTENTS = {
  selfie: [
    "{theme} (and a selfie)",
    "Selfies before they take my phone: {theme}",
    "{idol} checking in: {theme}",
  ],
  vlog: ["{idol}'s day off: {theme}", "VLOG | {idol}: {theme}", "Spend the day with me: {theme}"],
  "dance-practice": [
    "{group} dance practice, {idol} focus",
    "Practice room, take 14. Also: {theme}",
    "{idol} teaches the chorus step by step",
  ],
  "live-clip": [
    "{idol} live clip: the high note",
    "One take in the studio | {theme}",
    "{group} live session, {idol} cam",
  ],
  "cover-song": [
    "{idol} sings your requests",
    "A cover for rainy days | {theme}",
    "Cover: the song I auditioned with",
  ],
  "behind-the-scenes": [
    "Behind the scenes: {theme}",
    "What the cameras missed, {idol} edition",
    "{group} backstage: {theme}",
  ],
  "fan-letter": [
    "A letter to you, from {idol}",
    "Thank you for waiting: {theme}",
    "{idol} answers your letters",
  ],
  "photo-dump": ["Photo dump: {theme}", "Twelve photos, no context, {idol}", "This month in photos: {theme}"],
  "q-and-a": [
    "Ask {idol} anything: {theme}",
    'Q&A, "who snores the most?" and more | {theme}',
    "{idol} replies to 50 comments",
  ],
  teaser: ["{group} teaser: {idol}", "Something is coming, {idol} version", "Spoiler alert: {theme}"],
} as const satisfies Record<string, readonly string[]>;

export const MOODS = [
  "cheerful",
  "cozy",
  "dreamy",
  "funny",
  "grateful",
  "intense",
  "sleepy",
  "nostalgic",
] as const;

export const EVENTS = {
  comeback: "Comeback week",
  birthday: "Birthday special",
  anniversary: "Anniversary",
  concert: "Concert day",
  "fan-meeting": "Fan meeting",
  "award-night": "Award night",
  holiday: "Holiday edition",
  "debut-day": "Debut day",
} as const satisfies Record<string, string>;
