/*
 * The events of site, sent to GA4 by gtag.js. Made by Milepost: change the conversions file, not this one.
 *
 * Load it on every page with `defer`, after the consent banner if there is one. Then, beside what it notices itself:
 *   HTML  data-milepost="event_name" data-some-parameter="…" on a button or link, or on a form
 *   code  milepost("event_name", { some_parameter: "…" })
 *
 * Consent Mode v2: unless the page has set its consent defaults before, everything starts out denied.
 */

(function () {
  "use strict";

  const measurementId = "G-ABC12345";
  const tagAddress = "https://www.googletagmanager.com/gtag/js?id=G-ABC12345";
  const tagSettings = {};

  // What is sent, when, and where the values come from: as declared.
  const events = {
    "purchase": {"on": {"custom": "purchase"}, "parameters": {"plan": {"data": "plan"}, "transaction_id": {"data": "transaction_id"}, "currency": {"data": "currency"}, "value": {"data": "value"}, "items": {"data": "items"}}, "numbers": ["value"]},
    "call_click": {"on": {"click": "a[href^='tel:']"}, "parameters": {"link_url": {"element": "url"}, "plan": {"attribute": "data-plan"}}, "numbers": []},
    "cta_click": {"on": {"click": "button.cta, .hero \u003e a"}, "page": {"starts_with": "/Pri.ce", "ignore_case": true}, "parameters": {"cta_id": {"attribute": "data-cta-id"}, "cta_location": {"value": "top \u003c/script\u003e \"x\""}, "link_text": {"element": "text"}}, "numbers": []},
    "contact_send": {"on": {"submit": "form#contact"}, "page": {"matches": "^/contact", "negated": true}, "parameters": {"form_id": {"element": "id"}, "form_name": {"attribute": "name"}, "plan": {"attribute": "data-plan"}}, "numbers": []},
    "pricing_see": {"on": {"visible": "#pricing", "percent": 80, "seconds": 1.5}, "once": true, "parameters": {"plan": {"attribute": "data-plan"}, "link_id": {"element": "id"}, "link_url": {"element": "url"}}, "numbers": []},
    "engaged_time": {"on": {"timer": 60}, "once": true, "parameters": {"seconds": {"value": 60}}, "numbers": ["seconds"]},
    "half_scroll": {"on": {"scroll": 50}, "once": true, "parameters": {"percent_scrolled": {"value": 50}, "page_title": {"page": "title"}}, "numbers": ["percent_scrolled"]},
    "video_half": {"on": {"video": 50}, "parameters": {"video_title": {"video": "title"}, "video_percent": {"video": "percent"}}, "numbers": ["video_percent"]},
    "video_end": {"on": {"video": "complete"}, "parameters": {}, "numbers": []},
    "chat_start": {"on": {"custom": "chat:started"}, "once": true, "parameters": {"plan": {"data": "chat.plan"}, "campaign": {"query": "utm_campaign"}}, "numbers": []},
    "sign_up": {"on": {"custom": "sign_up"}, "parameters": {"method": {"data": "method"}}, "numbers": []},
    "generate_lead": {"on": {"custom": "generate_lead"}, "parameters": {"value": {"value": 40}, "currency": {"value": "EUR"}}, "numbers": ["value"]},
  };

  // ── The Google tag. A page that has one for this measurement id keeps it, with its own consent settings.

  const layer = (window.dataLayer = window.dataLayer || []);
  if (typeof window.gtag !== "function") {
    window.gtag = function () {
      layer.push(arguments);
    };
  }
  const told = (command, value) =>
    layer.some((entry) => entry && entry[0] === command && (value === undefined || entry[1] === value));

  if (!told("config", measurementId)) {
    if (!told("consent")) {
      // Consent Mode v2: until the site's banner calls gtag("consent", "update", { analytics_storage: "granted", … }),
      // the Google tag sets no cookie and sends no more than cookieless pings.
      gtag("consent", "default", {
        ad_storage: "denied",
        ad_user_data: "denied",
        ad_personalization: "denied",
        analytics_storage: "denied",
        wait_for_update: 500,
      });
    }
    const tag = document.createElement("script");
    tag.async = true;
    tag.src = tagAddress;
    document.head.appendChild(tag);
    gtag("js", new Date());
    gtag("config", measurementId, tagSettings);
  }

  // ── Sending. Every event passes through here.

  const fired = new Set();

  function fire(name, found) {
    const event = events[name];
    if ((event.once && fired.has(name)) || !onPage(event.page)) return;
    fired.add(name);
    const values = { send_to: measurementId };
    const given = Object.entries(event.parameters).map(([key, source]) => [key, valueOf(source, found)]);
    for (const [key, value] of [...given, ...Object.entries(found.given || {})]) {
      const isNested = typeof value === "object" && !Array.isArray(value);
      if (value === undefined || value === "" || isNested) continue;
      const isNumber = event.numbers.includes(key) && !Number.isNaN(Number(value));
      values[key] = isNumber ? Number(value) : value;
    }
    gtag("event", name, values);
  }

  function valueOf(source, found) {
    const [kind, what] = Object.entries(source)[0];
    const element = found.element;
    switch (kind) {
      case "value":
        return what;
      case "attribute":
        return element && element.getAttribute(what);
      case "element":
        return element && ofElement[what](element);
      case "page":
        return ofPage[what]();
      case "query":
        return new URLSearchParams(location.search).get(what);
      case "video":
        return found.video && found.video[what];
      case "data":
        if (found.data) return what.split(".").reduce((here, key) => (here ? here[key] : undefined), found.data);
        return element && element.getAttribute("data-" + what.replace(/[_.]/g, "-").toLowerCase());
    }
  }

  const ofElement = {
    text: (element) => (element.innerText || element.textContent || "").trim().slice(0, 100),
    // Attributes rather than properties: a form's own are hidden by fields called "id" or "action".
    url: (element) => {
      const address = element.getAttribute(element instanceof HTMLFormElement ? "action" : "href");
      return address === null ? "" : new URL(address, document.baseURI).href;
    },
    id: (element) => element.getAttribute("id"),
    classes: (element) => element.getAttribute("class"),
  };
  const ofPage = {
    url: () => location.href,
    path: () => location.pathname,
    host: () => location.hostname,
    title: () => document.title,
    referrer: () => document.referrer,
  };

  function onPage(page) {
    if (!page) return true;
    const read = (text) => (page.ignore_case ? String(text).toLowerCase() : String(text));
    const path = read(location.pathname);
    const holds = {
      equals: () => path === read(page.equals),
      contains: () => path.includes(read(page.contains)),
      starts_with: () => path.startsWith(read(page.starts_with)),
      ends_with: () => path.endsWith(read(page.ends_with)),
      matches: () => new RegExp(page.matches, page.ignore_case ? "i" : "").test(location.pathname),
    };
    const comparator = Object.keys(holds).find((name) => name in page);
    return holds[comparator]() !== Boolean(page.negated);
  }

  const withTrigger = (kind) => Object.entries(events).filter(([, event]) => event.on && kind in event.on);

  function whenReady(start) {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
    else start();
  }

  // ── For the site's own code: milepost("sign_up", { method: "google" }).

  window.milepost = function (name, parameters) {
    if (!Object.hasOwn(events, name)) {
      console.warn('milepost: "' + name + '" is not declared; there are: ' + Object.keys(events).join(", "));
      return;
    }
    const given = parameters || {};
    fire(name, { data: given, given });
  };

  // ── Clicks and forms: those declared, and those that HTML names by data-milepost="event_name".

  function listen(kind, type, isBound) {
    const declared = withTrigger(kind);
    document.addEventListener(
      type,
      (happened) => {
        const target = happened.target instanceof Element ? happened.target : null;
        if (!target) return;
        const found = new Map();
        for (const [name, event] of declared) {
          const element = target.closest(event.on[kind]);
          if (element) found.set(name, element);
        }
        const bound = target.closest("[data-milepost]");
        const name = bound && bound.getAttribute("data-milepost");
        if (bound && isBound(bound) && Object.hasOwn(events, name) && !found.has(name)) found.set(name, bound);
        found.forEach((element, event) => fire(event, { element }));
      },
      true,
    );
  }

  listen("click", "click", (element) => !(element instanceof HTMLFormElement));
  listen("submit", "submit", (element) => element instanceof HTMLFormElement);

  // ── Elements that come into view, those added later included.

  function watch(name, on) {
    const share = (on.percent || 50) / 100;
    const waiting = new Map();
    const watched = new WeakSet();
    const seen = (element) => {
      observer.unobserve(element);
      fire(name, { element });
    };
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          clearTimeout(waiting.get(entry.target));
          // A share of 100 % is rarely reached to the last fraction of a pixel.
          if (!entry.isIntersecting || entry.intersectionRatio < share - 0.01) continue;
          if (on.seconds) waiting.set(entry.target, setTimeout(seen, on.seconds * 1000, entry.target));
          else seen(entry.target);
        }
      },
      { threshold: Math.max(share - 0.01, 0) },
    );
    const look = () => {
      for (const element of document.querySelectorAll(on.visible)) {
        if (watched.has(element)) continue;
        watched.add(element);
        observer.observe(element);
      }
    };
    look();
    new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  }

  whenReady(() => withTrigger("visible").forEach(([name, event]) => watch(name, event.on)));

  // ── Time since the page was opened.

  for (const [name, event] of withTrigger("timer")) {
    setTimeout(() => fire(name, {}), Math.max(event.on.timer * 1000 - performance.now(), 0));
  }

  // ── How far down the page was scrolled, in percent of its height.

  const unreached = new Map(withTrigger("scroll").map(([name, event]) => [name, event.on.scroll]));

  function look() {
    const whole = document.documentElement.scrollHeight;
    const percent = (100 * (window.scrollY + window.innerHeight)) / whole;
    for (const [name, wanted] of unreached) {
      // Screens with fractions of pixels may end just before the end.
      if (Math.ceil(percent) < wanted) continue;
      unreached.delete(name);
      fire(name, {});
    }
  }

  document.addEventListener("scroll", look, { passive: true });
  window.addEventListener("load", look);
  if (document.readyState === "complete") look();

  // ── Videos: <video> elements, and YouTube embeds through YouTube's own interface, loaded only where one is embedded.

  const videos = withTrigger("video");
  const reached = new WeakMap();

  function played(player, facts, status) {
    const done = reached.get(player) || new Set();
    reached.set(player, done);
    for (const [name, event] of videos) {
      const wanted = event.on.video;
      const hit = typeof wanted === "number" ? facts.percent >= wanted : wanted === "start" || status === "complete";
      if (!hit || done.has(name)) continue;
      done.add(name);
      fire(name, { video: Object.assign({}, facts, typeof wanted === "number" ? { percent: wanted } : {}) });
    }
  }

  const share = (time, duration) => (duration > 0 ? (100 * time) / duration : 0);

  function hearElement(happened) {
    const video = happened.target;
    if (!(video instanceof HTMLVideoElement)) return;
    const facts = {
      title: video.title || video.getAttribute("aria-label"),
      url: video.currentSrc,
      provider: "html5",
      duration: Math.round(video.duration) || undefined,
      current_time: Math.round(video.currentTime),
      percent: Math.floor(share(video.currentTime, video.duration)),
    };
    played(video, facts, happened.type === "ended" ? "complete" : "progress");
  }

  for (const type of ["playing", "timeupdate", "ended"]) document.addEventListener(type, hearElement, true);

  function hearYouTube(frame) {
    const tell = (player, status) => {
      const details = player.getVideoData ? player.getVideoData() : {};
      const facts = {
        title: details.title,
        url: player.getVideoUrl(),
        provider: "youtube",
        duration: Math.round(player.getDuration()),
        current_time: Math.round(player.getCurrentTime()),
        percent: Math.floor(share(player.getCurrentTime(), player.getDuration())),
      };
      played(frame, facts, status);
    };
    let clock;
    new YT.Player(frame, {
      events: {
        onStateChange: ({ target, data }) => {
          clearInterval(clock);
          if (data === YT.PlayerState.ENDED) tell(target, "complete");
          if (data !== YT.PlayerState.PLAYING) return;
          tell(target, "progress");
          clock = setInterval(tell, 500, target, "progress");
        },
      },
    });
  }

  function hearYouTubes() {
    const embed = /^https:\/\/www\.youtube(-nocookie)?\.com\/embed\//;
    const frames = [...document.querySelectorAll("iframe")].filter((frame) => embed.test(frame.src));
    if (frames.length === 0) return;
    for (const frame of frames) {
      // Without this, an embed tells nothing.
      const address = new URL(frame.src);
      if (address.searchParams.get("enablejsapi") === "1") continue;
      address.searchParams.set("enablejsapi", "1");
      frame.src = address.href;
    }
    if (window.YT && YT.Player) {
      frames.forEach(hearYouTube);
      return;
    }
    const before = window.onYouTubeIframeAPIReady;
    window.onYouTubeIframeAPIReady = function () {
      if (before) before();
      frames.forEach(hearYouTube);
    };
    const api = document.createElement("script");
    api.src = "https://www.youtube.com/iframe_api";
    document.head.appendChild(api);
  }

  whenReady(hearYouTubes);

  // ── Events of the site's own: dataLayer.push({ event: "name", … }), or a DOM event of that name with its detail.

  const awaited = new Map();
  for (const [name, event] of withTrigger("custom")) {
    awaited.set(event.on.custom, [...(awaited.get(event.on.custom) || []), name]);
  }

  function hear(entry) {
    if (!entry || typeof entry.event !== "string") return;
    const data = Object.assign({}, entry, entry.ecommerce);
    (awaited.get(entry.event) || []).forEach((name) => fire(name, { data }));
  }

  const push = layer.push;
  layer.push = function (...entries) {
    const length = push.apply(layer, entries);
    entries.forEach(hear);
    return length;
  };
  layer.slice().forEach(hear);

  for (const [custom, names] of awaited) {
    window.addEventListener(
      custom,
      (happened) => names.forEach((name) => fire(name, { data: happened.detail || {} })),
      true,
    );
  }

})();
