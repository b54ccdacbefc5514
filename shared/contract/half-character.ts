/** No file and no store can hold one: its UTF-8 form is another text. */
export const HALF_CHARACTER = /\p{Cs}/u;
export const HALF_CHARACTER_TEXT = "Half of a character is not allowed: a lone surrogate.";
