/** Public data sets that the tuning bench runs on, and how the command reads them. */
export interface TuneCase {
  readonly name: string;
  /** The data to tune on, in the folder of the data. */
  readonly file: string;
  readonly reading: readonly string[];
  readonly cutoff: number;
  /** Train and test part that the chosen configuration is measured on. */
  readonly test?: readonly [train: string, test: string];
}

const TSV = ["--format", "tsv", "--user-column", "1", "--item-column", "2"];

export const TUNE_CASES: readonly TuneCase[] = [
  {
    name: "gowalla, in order",
    file: "gowalla/train90-in-order.txt",
    reading: ["--format", "adjacency", "--ordered"],
    cutoff: 20,
    test: ["gowalla/train.txt", "gowalla/test.txt"],
  },
  {
    name: "ml-100k, at random",
    file: "golden/irspack-ml-100k/train.tsv",
    reading: TSV,
    cutoff: 10,
    test: ["golden/irspack-ml-100k/train.tsv", "golden/irspack-ml-100k/test.tsv"],
  },
  { name: "ml-100k, by time", file: "ml-100k/u.data", reading: [...TSV, "--time-column", "4"], cutoff: 10 },
  {
    name: "ml-latest-small, by time",
    file: "ml-latest-small/ratings.csv",
    reading: ["--user-column", "userId", "--item-column", "movieId", "--time-column", "timestamp"],
    cutoff: 10,
  },
  {
    name: "lastfm-2k, by counts",
    file: "hetrec2011-lastfm-2k/user_artists.dat",
    reading: [
      "--format",
      "tsv",
      "--user-column",
      "userID",
      "--item-column",
      "artistID",
      "--weight-column",
      "weight",
    ],
    cutoff: 10,
  },
  {
    name: "steam, purchases",
    file: "steam/game_purchase.dat",
    reading: [
      "--format",
      "tsv",
      "--user-column",
      "User_ID",
      "--item-column",
      "Game_ID",
      "--duplicates",
      "binary",
    ],
    cutoff: 10,
  },
  { name: "msweb", file: "msweb/visits.tsv", reading: TSV, cutoff: 10 },
];
