/** The types of columns of item and user tables. The only place where they are listed. */

export const FEATURE_TYPES = [
  "id",
  "title",
  "category",
  "tags",
  "flag",
  "number",
  "date",
  "text",
  "image",
  "geo",
  "vector",
  "ignored",
] as const;
export type FeatureType = (typeof FEATURE_TYPES)[number];

/** One line about each type, for people. */
export const FEATURE_TYPE_TEXTS: Readonly<Record<FeatureType, string>> = {
  id: "Ids of items or users, or codes of other systems. Models do not read them.",
  title: "A name in a few words.",
  category: "One value, or a path such as Books > Crime.",
  tags: "Several values: a JSON list, or text with a separator.",
  flag: "0 or 1, true or false: a tag in a column of its own.",
  number: "A number, compared by its size.",
  date: "A date or time.",
  text: "Prose; its words count.",
  image: "The address of a picture. Models do not read it.",
  geo: 'A place: "latitude,longitude", an object with lat and lon, or two columns of numbers.',
  vector:
    "Numbers of an embedding: a JSON list, or float32 numbers in base64. All rows have the same length.",
  ignored: "Models do not read it.",
};

/** Types that add nothing to the features of a row; a vector is carried for models that read vectors. */
export const SILENT_TYPES: readonly FeatureType[] = ["id", "image", "vector", "ignored"];
