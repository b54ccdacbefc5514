/** The invented words of the sample films and tracks. Any likeness to real titles is chance. */

export interface Vocabulary {
  /** First and second words of titles. */
  readonly firsts: readonly string[];
  readonly seconds: readonly string[];
  /** Who made an item: a director or an artist. */
  readonly makers: readonly string[];
  /** Each kind with the themes that go with it. */
  readonly kinds: Readonly<Record<string, readonly string[]>>;
}

export const FILMS: Vocabulary = {
  firsts: [
    "Paper",
    "Winter",
    "Northern",
    "Salt",
    "Second",
    "Quiet",
    "Copper",
    "Borrowed",
    "Midnight",
    "Glass",
    "Open",
    "Last",
  ],
  seconds: [
    "Harbour",
    "Orchard",
    "Signal",
    "Cathedral",
    "Ferry",
    "Letters",
    "Compass",
    "Parade",
    "Lantern",
    "Summer",
  ],
  makers: ["Ida Brandt", "Tomas Quill", "Noor Adeyemi", "Pia Lindqvist", "Marco Vey", "Hana Okafor"],
  kinds: {
    Drama: ["family", "inheritance", "courtroom", "grief", "sisters"],
    Comedy: ["wedding", "roommates", "mistaken identity", "road trip", "kitchen"],
    Thriller: ["detective", "ransom", "betrayal", "night train", "forgery"],
    "Science fiction": ["orbit", "colony", "time loop", "robots", "first contact"],
    Documentary: ["glacier", "fishermen", "archive", "orchestra", "migration"],
  },
};

export const TRACKS: Vocabulary = {
  firsts: [
    "Neon",
    "Slow",
    "Velvet",
    "Tidal",
    "Hollow",
    "Amber",
    "Electric",
    "Distant",
    "Golden",
    "Faded",
    "Blue",
    "Wild",
  ],
  seconds: [
    "Avenue",
    "Static",
    "Heartbeat",
    "Mirage",
    "Tape",
    "Garden",
    "Echo",
    "Satellite",
    "Weather",
    "Motel",
  ],
  makers: ["The Low Tides", "Marisol Kane", "Oslo Arcade", "Juniper & Co", "DJ Halden", "Ruta Vale"],
  kinds: {
    Ambient: ["piano", "rain", "strings", "field recording", "drone"],
    House: ["four on the floor", "strobe", "vocal chop", "sunrise", "bassline"],
    Folk: ["banjo", "harmony", "campfire", "river", "fingerpicking"],
    Jazz: ["brushes", "trumpet", "late set", "walking bass", "standards"],
    Rock: ["feedback", "garage", "anthem", "drum fill", "encore"],
  },
};
