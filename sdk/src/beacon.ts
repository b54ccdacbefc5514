/**
 * Reports what a visitor sees and does on a page: views, clicks and impressions. Sends nothing before the visitor agrees, and sets no
 * cookie. Less than 3 KB compressed.
 */

import { newId } from "./new-id.ts";

export interface BeaconOptions {
  /** Where Edgewise runs. */
  readonly url: string;
  /** A browser key with the scope `events`. */
  readonly apiKey: string;
  /** The user token that your server asked for. */
  readonly userToken: string;
  /** Whether the visitor agrees already; false by default. */
  readonly consent?: boolean;
  /** The part of the page to watch; all of it by default. */
  readonly root?: Element;
}

export interface EventDetails {
  readonly value?: number;
  readonly request_id?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface PageBeacon {
  /** An event of any type, such as `purchase`. Ignored without consent. */
  track(type: string, itemId: string, details?: EventDetails): void;
  /** False forgets what waits to be sent. True reports what is on the page now. */
  setConsent(agrees: boolean): void;
  /** When the token before it ends. */
  setUserToken(token: string): void;
  /** Sends what waits, as happens by itself after a second and when the page goes away. */
  flush(): void;
  /** Ends all watching, and sends what waits. */
  stop(): void;
}

const WAIT_MS = 1_000;
/** An item counts as seen when half of it is in view for a second, as advertising does it. */
const SEEN_SHARE = 0.5;
const SEEN_MS = 1_000;
/** Events of one message: with the longest ids they stay below the 64 KiB of a beacon. */
const MAX_EVENTS = 20;
const MAX_WAITING = 1_000;

/**
 * Watches elements with `data-edgewise-item="ID"` for impressions and clicks, and reports a view for `data-edgewise-view="ID"`.
 * `data-edgewise-request` on the element or around it names the answer that the item came from.
 */
export function startBeacon(options: BeaconOptions): PageBeacon {
  const root = options.root ?? document.documentElement;
  const address = `${options.url.replace(/\/+$/, "")}/v1/events`;
  const session = newId();
  const reported = new WeakMap<Element, string>();
  let observed = new WeakMap<Element, string | null>();
  const pending = new Map<Element, number>();
  let { userToken, consent = false } = options;
  let waiting: object[] = [];
  let timer = 0;

  function track(type: string, item_id: string, details: EventDetails = {}): void {
    if (!consent) return;
    // A page that cannot send keeps its newest events.
    if (waiting.length === MAX_WAITING) waiting.shift();
    waiting.push({
      type,
      item_id,
      event_id: newId(),
      session_id: session,
      time: Date.now(),
      ...details,
    });
    timer ||= window.setTimeout(flush, WAIT_MS);
  }

  function flush(): void {
    clearTimeout(timer);
    timer = 0;
    while (waiting.length > 0) {
      const events = waiting.slice(0, MAX_EVENTS);
      const body = JSON.stringify({ events, api_key: options.apiKey, user_token: userToken });
      if (!navigator.sendBeacon(address, body)) {
        // The browser holds too much already: later.
        timer = window.setTimeout(flush, WAIT_MS);
        return;
      }
      waiting = waiting.slice(events.length);
    }
  }

  const report = (type: string, element: Element, item: string) => {
    const request_id = element.closest("[data-edgewise-request]")?.getAttribute("data-edgewise-request");
    track(type, item, request_id ? { request_id } : {});
  };

  /** Once for an element, and again when a page shows another item in it. */
  function reportOnce(type: string, element: Element, item: string): void {
    const what = `${type} ${item}`;
    if (!consent || reported.get(element) === what) return;
    reported.set(element, what);
    report(type, element, item);
  }

  const inView = new IntersectionObserver(
    (entries) => {
      for (const { target, intersectionRatio } of entries) {
        clearTimeout(pending.get(target));
        pending.delete(target);
        if (intersectionRatio >= SEEN_SHARE) pending.set(target, window.setTimeout(seen, SEEN_MS, target));
      }
    },
    { threshold: SEEN_SHARE },
  );

  function seen(element: Element): void {
    pending.delete(element);
    const item = element.getAttribute("data-edgewise-item");
    if (item) reportOnce("impression", element, item);
  }

  function watch(): void {
    for (const element of root.querySelectorAll("[data-edgewise-item]")) {
      const item = element.getAttribute("data-edgewise-item");
      if (observed.get(element) === item) continue;
      observed.set(element, item);
      // Observed from the start, so that its second in view begins now.
      inView.unobserve(element);
      inView.observe(element);
    }
    for (const element of root.querySelectorAll("[data-edgewise-view]")) {
      const item = element.getAttribute("data-edgewise-view");
      if (item) reportOnce("view", element, item);
    }
  }

  const onClick = ({ target }: Event) => {
    const element = target instanceof Element ? target.closest("[data-edgewise-item]") : null;
    const item = element?.getAttribute("data-edgewise-item");
    if (element && item) report("click", element, item);
  };
  const onHide = () => {
    if (document.visibilityState === "hidden") flush();
  };
  const changes = new MutationObserver(watch);

  root.addEventListener("click", onClick, true);
  document.addEventListener("visibilitychange", onHide);
  window.addEventListener("pagehide", flush);
  changes.observe(root, {
    subtree: true,
    childList: true,
    attributeFilter: ["data-edgewise-item", "data-edgewise-view"],
  });
  watch();

  return {
    track,
    setConsent(agrees) {
      consent = agrees;
      if (!agrees) waiting = [];
      observed = new WeakMap();
      watch();
    },
    setUserToken(token) {
      userToken = token;
    },
    flush,
    stop() {
      flush();
      inView.disconnect();
      changes.disconnect();
      for (const running of pending.values()) clearTimeout(running);
      root.removeEventListener("click", onClick, true);
      document.removeEventListener("visibilitychange", onHide);
      window.removeEventListener("pagehide", flush);
      consent = false;
    },
  };
}
