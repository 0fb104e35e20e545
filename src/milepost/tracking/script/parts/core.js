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
