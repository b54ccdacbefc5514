/** Elements that both kinds of pages have. */

/** An element with properties and children; `text` is set as text, never as markup. */
export function make(tag, { text, ...properties } = {}, children = []) {
  const element = Object.assign(document.createElement(tag), properties);
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

/** The initials of a title in a colour. @param {number} hue 0 to 359 */
export function makePoster(title, hue) {
  const text = title
    .split(" ")
    .map((word) => word[0])
    .join("");
  const poster = make("div", { className: "poster", ariaHidden: "true", text });
  poster.style.setProperty("--hue", String(hue));
  return poster;
}
