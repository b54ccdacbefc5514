/** Eighty films and the ratings of 120 people, made up here, and the list that a film's words give. */
import { createRandom } from "#engine/random.ts";

const FIRST = [
  "Silent",
  "Golden",
  "Broken",
  "Crimson",
  "Hidden",
  "Electric",
  "Frozen",
  "Distant",
  "Velvet",
  "Iron",
];
const SECOND = ["River", "Harbor", "Machine", "Garden", "Mirror", "Station", "Orchard", "Signal"];
const GENRES = ["Drama", "Comedy", "Thriller", "Science Fiction", "Fantasy"];
const PLOTS = [
  "grief family secrets courtroom",
  "mistake roommates prank wedding",
  "ransom detective betrayal chase",
];

const RANDOM = createRandom(12);
const FILMS = Array.from({ length: 80 }, (_, at) => {
  const words = (PLOTS[at % PLOTS.length] ?? "").split(" ");
  words.splice(RANDOM.below(words.length), 1);
  const name = `${FIRST[at % FIRST.length]} ${SECOND[(at + Math.floor(at / 10)) % SECOND.length]}`;
  return { film: String(1000 + at), name, genre: GENRES[at % GENRES.length] ?? "", plot: words.join(" ") };
});

const RATED = new Map(
  Array.from({ length: 120 }, (_, at): [string, Set<string>] => {
    const rated = new Set<string>();
    while (rated.size < 20) rated.add(String(1000 + RANDOM.below(80)));
    return [`u${String(at + 1).padStart(3, "0")}`, rated];
  }),
);

export function filmsCsv(): string {
  const rows = FILMS.map(({ film, name, genre, plot }) => `${film},${name},${genre},${plot}\n`);
  return `film,name,genre,plot\n${rows.join("")}`;
}

export function ratingsCsv(): string {
  const rows = [...RATED].flatMap(([viewer, films]) =>
    [...films].map((film) => `${viewer},${film},${1 + ((Number(film) * viewer.length) % 9) / 2}\n`),
  );
  return `viewer,film,stars\n${rows.join("")}`;
}

export function ratedBy(viewer: string): ReadonlySet<string> {
  return RATED.get(viewer) ?? new Set();
}

/** All other films by TF-IDF and cosine, all against all; equal ones in the order of the file. */
export function similarByTheBook(title: string): { film: string; name: string }[] {
  const words = FILMS.map(({ genre, plot }) => `${genre} ${plot}`.toLowerCase().split(" "));
  const idf = (word: string) =>
    Math.log((1 + FILMS.length) / (1 + words.filter((own) => own.includes(word)).length)) + 1;
  const weights = words.map((own) => new Map(own.map((word) => [word, idf(word)])));
  const lengths = weights.map((own) => Math.hypot(...own.values()));
  const from = FILMS.findIndex(({ name }) => name === title);
  const cosines = weights.map((own, at) => {
    const dot = [...own].reduce((sum, [word, weight]) => sum + weight * (weights[from]?.get(word) ?? 0), 0);
    return Math.round((dot / ((lengths[at] as number) * (lengths[from] as number))) * 1e9);
  });
  return FILMS.map(({ film, name }, at) => ({ film, name, at }))
    .filter(({ at }) => at !== from)
    .sort((a, b) => (cosines[b.at] as number) - (cosines[a.at] as number) || a.at - b.at)
    .map(({ film, name }) => ({ film, name }));
}
