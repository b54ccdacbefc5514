/** Play a track, and see the queue follow: an event and a question for each click, to a model of what comes next. */
import { askForNext, Refused, sendClick } from "./ask.js";
import { make, makePoster } from "./make.js";

const QUEUE = 6;
const find = (id) => document.getElementById(id);

const settings = await (await fetch("settings.json")).json();
const byId = new Map(settings.items.map((item) => [item.id, item]));
const albums = [...Map.groupBy(settings.items, ({ album }) => album)];
let visitor = newVisitor();
/** Tracks, newest first. */
let played = [];
/** The queue on the screen is the answer to the newest question alone. */
let questions = 0;

function newVisitor() {
  return `visitor-${crypto.randomUUID().slice(0, 8)}`;
}

function showAlbums() {
  const buttons = albums.map(([album, [first]]) =>
    make("li", {}, [make("button", { type: "button", text: album, onclick: () => play(first) })]),
  );
  find("albums").replaceChildren(...buttons);
}

/** Tells Edgewise what is played, then asks what comes next. */
async function play(track) {
  const began = performance.now();
  played = [track, ...played];
  showPlayed();
  await show(async () => {
    await sendClick(settings, visitor, track.id);
    return askForNext(settings, visitor, QUEUE);
  });
  find("took").textContent = `This queue came ${Math.round(performance.now() - began)} ms after your click.`;
  find("heading").focus();
}

async function show(ask) {
  questions += 1;
  const question = questions;
  find("list").setAttribute("aria-busy", "true");
  const outcome = await ask().then(
    (items) => ({ items }),
    (error) => ({ error }),
  );
  if (question !== questions) return;
  find("list").removeAttribute("aria-busy");
  if (outcome.error && !(outcome.error instanceof Refused)) throw outcome.error;
  find("problem").textContent = outcome.error?.message ?? "";
  find("cards").replaceChildren(...(outcome.items ?? []).map(card));
}

function card({ item_id, reasons = [] }) {
  const track = byId.get(item_id);
  const { title, artist, album, place } = track;
  const button = make("button", {
    type: "button",
    className: "choose",
    text: "Play",
    onclick: () => play(track),
  });
  button.setAttribute("aria-label", `Play ${title}`);
  const causes = reasons.map(({ item_id: cause }) => byId.get(cause)?.title).filter(Boolean);
  const why = causes.length > 0 ? `Because you played ${causes.join(" and ")}` : "Popular with others";
  return make("li", { className: "card" }, [
    makePoster(album, (albums.findIndex(([name]) => name === album) * 53) % 360),
    make("div", { className: "about" }, [
      make("h3", { text: title }),
      make("p", { className: "facts", text: artist }),
      make("p", { className: "facts", text: `${album}, track ${place}` }),
      make("p", { className: "why", text: why }),
      make("div", { className: "actions" }, [button]),
    ]),
  ]);
}

function showPlayed() {
  const titles = played.map(({ title }) => title);
  find("played").textContent = titles.length === 0 ? "Nothing yet." : titles.join(" ← ");
}

async function startOver() {
  visitor = newVisitor();
  played = [];
  find("took").textContent = "";
  showPlayed();
  await show(() => askForNext(settings, visitor, QUEUE));
}

find("again").onclick = startOver;
showAlbums();
await startOver();
