/** Ratings and films in the form of MovieLens, with people who mostly watch two genres. The same seed gives the same files. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeRandom } from "./random.ts";

const GENRES = ["Comedy", "Drama", "Crime", "Animation", "Western"];
const WORDS = ["River", "Night", "Train", "Garden", "Winter", "Letter", "Harbour"];
const USERS = 150;
const FILMS = 120;
const RATINGS_EACH = 22;
const FIRST_AT_SECONDS = 1_600_000_000;

export interface FilmFiles {
  /** userId, movieId, rating, timestamp. */
  readonly ratings: string;
  /** movieId, title, genres divided by "|". */
  readonly films: string;
  /** The begin of a title that the search finds, and a film of that title. */
  readonly wanted: { readonly typed: string; readonly title: string };
}

export function makeFilms(seed: number): FilmFiles {
  const random = makeRandom(seed);
  const draw = (count: number) => Math.floor(random() * count);
  const genresOf = (film: number) => [GENRES[film % 5], GENRES[(film + 1 + (film % 3)) % 5]].join("|");
  const films = Array.from(
    { length: FILMS },
    (_, film) =>
      `${film + 1},"${WORDS[film % 7]} of ${WORDS[(film * 5 + 2) % 7]} ${film} (1999)",${genresOf(film)}`,
  );
  const ratings: string[] = [];
  for (let user = 0; user < USERS; user++) {
    const seen = new Set<number>();
    while (seen.size < RATINGS_EACH) {
      const film = random() < 0.8 ? 5 * draw(FILMS / 5) + (user % 5) : draw(FILMS);
      if (seen.has(film)) continue;
      seen.add(film);
      const at = FIRST_AT_SECONDS + ratings.length * 97;
      ratings.push(`${user + 1},${film + 1},${film % 5 === user % 5 ? 5 : 3},${at}`);
    }
  }
  return {
    ratings: `userId,movieId,rating,timestamp\n${ratings.join("\n")}\n`,
    films: `movieId,title,genres\n${films.join("\n")}\n`,
    wanted: { typed: "River of Train 0", title: "River of Train 0 (1999)" },
  };
}

/** The files of a folder with MovieLens' `ratings.csv` and `movies.csv`. */
export function readFilms(folder: string): FilmFiles {
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const wanted = { typed: "toy story", title: "Toy Story (1995)" };
  return { ratings: read("ratings.csv"), films: read("movies.csv"), wanted };
}
