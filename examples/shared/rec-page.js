/** Search, pick, and see what fits: the behaviour of both pages. Their texts are in their HTML. */
import { askForList, Refused, sendClick } from "./ask.js";
import { make, makePoster } from "./make.js";

const SHELF = 12;
const find = (id) => document.getElementById(id);
const words = document.body.dataset;

const settings = await (await fetch("settings.json")).json();
const byId = new Map(settings.items.map((item) => [item.id, item]));
const newcomer = `visitor-${crypto.randomUUID().slice(0, 8)}`;
/** What the visitor chose here, newest first. */
const chosen = new Map();
/** The list on the screen is the answer to the newest question alone. */
let questions = 0;

const visitor = () => find("visitor").value;
const chosenBy = (person) => chosen.get(person) ?? [];

function showShelf() {
  const wanted = find("search").value.trim().toLowerCase();
  const isWanted = ({ title, maker, kind, themes }) =>
    [title, maker, kind, ...themes].some((text) => text.toLowerCase().includes(wanted));
  const found = settings.items.filter(isWanted);
  find("shelf").replaceChildren(
    ...found.slice(0, SHELF).map((item) =>
      make("li", {}, [
        make("button", {
          type: "button",
          className: "title",
          text: item.title,
          onclick: () => likeTitle(item),
        }),
      ]),
    ),
  );
  const shown = Math.min(found.length, SHELF);
  find("found").textContent =
    found.length === 0
      ? `No ${words.items} with “${wanted}”. Try a shorter word.`
      : `${shown} of ${found.length} ${words.items}`;
}

/** Items that are like one, by its title. */
function likeTitle(item) {
  const wanted = { project_id: settings.byTitle, item_title: item.title };
  return show(`Like ${item.title}`, wanted, (other) => inCommon(item, other));
}

/** Items for the chosen visitor. */
function forVisitor() {
  const person = visitor();
  const heading = person === newcomer ? "For you" : `For ${find("visitor").selectedOptions[0].text}`;
  const wanted = { project_id: settings.forPeople, user_id: person };
  return show(heading, wanted, (item) => whyFor(person, item));
}

async function show(heading, wanted, why) {
  questions += 1;
  const question = questions;
  find("list").setAttribute("aria-busy", "true");
  const outcome = await askForList(settings, wanted).then(
    (ids) => ({
      cards: ids
        .map((id) => byId.get(id))
        .filter(Boolean)
        .map((item) => card(item, why(item))),
    }),
    (error) => ({ error }),
  );
  if (question !== questions) return;
  find("list").removeAttribute("aria-busy");
  if (outcome.error && !(outcome.error instanceof Refused)) throw outcome.error;
  find("heading").textContent = heading;
  find("problem").textContent = outcome.error?.message ?? "";
  find("cards").replaceChildren(...(outcome.cards ?? []));
  const count = outcome.cards?.length ?? 0;
  find("note").textContent = outcome.error ? "" : count > 0 ? `${count} ${words.items}` : words.nothing;
}

function card(item, reason) {
  const { id, title, maker, kind, year, themes } = item;
  const poster = makePoster(title, (Number(id.slice(1)) * 47) % 360);
  const choose = make("button", {
    type: "button",
    className: "choose",
    text: words.choose,
    onclick: () => chooseItem(item),
  });
  const alike = make("button", { type: "button", text: "More like this", onclick: () => likeTitle(item) });
  choose.setAttribute("aria-label", `${words.choose} ${title}`);
  return make("li", { className: "card" }, [
    poster,
    make("div", { className: "about" }, [
      make("h3", { text: title }),
      make("p", { className: "facts", text: `${maker} · ${year}` }),
      make("p", { className: "facts", text: `${kind}: ${themes.join(", ")}` }),
      make("p", { className: "why", text: reason }),
      make("div", { className: "actions" }, [choose, alike]),
    ]),
  ]);
}

/** Tells Edgewise, and shows the list that follows. */
async function chooseItem(item) {
  const person = visitor();
  try {
    await sendClick(settings, person, item.id);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    find("problem").textContent = error.message;
    return;
  }
  chosen.set(person, [item, ...chosenBy(person).filter(({ id }) => id !== item.id)]);
  showChosen();
  await forVisitor();
  find("heading").focus();
}

function showChosen() {
  const titles = chosenBy(visitor()).map(({ title }) => title);
  find("chosen").textContent = titles.length === 0 ? "" : `${words.chosen}: ${titles.join(", ")}`;
}

function inCommon(one, other) {
  const all = ({ kind, maker, themes }) => [kind, ...themes, maker];
  const shared = all(one).filter((word) => all(other).includes(word));
  return shared.length > 0 ? `In common: ${shared.join(", ")}` : "Fills the list: nothing is closer";
}

function whyFor(person, item) {
  const alike = chosenBy(person).find(({ kind }) => kind === item.kind);
  if (alike) return `${item.kind}, like ${alike.title}`;
  const { likes = [] } = settings.people.find(({ id }) => id === person) ?? {};
  return likes.includes(item.kind) ? `${item.kind} is a favourite here` : "Others with this taste chose it";
}

function showVisitors() {
  const known = settings.people.map(({ id, likes }, at) =>
    make("option", { value: id, text: `${words.person} ${at + 1} (${[...new Set(likes)].join(", ")})` }),
  );
  find("visitor").replaceChildren(make("option", { value: newcomer, text: "You, new here" }), ...known);
}

find("key").value = settings.apiKey;
find("by-title").value = settings.byTitle;
find("for-people").value = settings.forPeople;
find("connection").onsubmit = (event) => {
  event.preventDefault();
  settings.apiKey = find("key").value.trim();
  settings.byTitle = Number(find("by-title").value);
  settings.forPeople = Number(find("for-people").value);
  forVisitor();
};
find("search").oninput = showShelf;
find("visitor").onchange = () => {
  showChosen();
  forVisitor();
};
showVisitors();
showShelf();
await likeTitle(settings.items[0]);
