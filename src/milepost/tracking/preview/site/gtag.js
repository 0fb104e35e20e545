/*
 * A stand-in for Google's gtag.js, for pages that must not load it: previews and tests. Made by Milepost.
 *
 * It takes the documented commands (js, config, set, event, consent, get) and sends what they mean to /g/collect.
 * Of what the real one does by itself, it leaves out enhanced measurement, user_engagement and advertising.
 */
(function () {
  "use strict";

  const measurementId = new URL(document.currentScript.src).searchParams.get("id");
  const layer = (window.dataLayer = window.dataLayer || []);

  // ── Commands. What does not have their form is dropped without a word, as the real one does.

  const isPlain = (value) => Object.prototype.toString.call(value) === "[object Object]";
  const mayBePlain = (value) => value === undefined || isPlain(value);
  const isNamed = (given) => given.length <= 2 && typeof given[0] === "string" && mayBePlain(given[1]);

  const shared = {};
  const properties = {};
  const consent = {};
  let settings = null;
  let waitUntil = 0;
  let held = [];

  const commands = {
    js() {},
    config(...given) {
      if (!isNamed(given) || given[0] !== measurementId) return;
      settings = Object.assign(settings || {}, given[1]);
      if (settings.send_page_view !== false) hold("page_view", {});
    },
    set(...given) {
      if (given.length === 1 && isPlain(given[0])) Object.assign(shared, given[0]);
      else if (given[0] === "user_properties" && isPlain(given[1])) Object.assign(properties, given[1]);
      else if (given.length === 2 && typeof given[0] === "string") shared[given[0]] = given[1];
    },
    event(...given) {
      if (!isNamed(given)) return;
      const values = given[1] || {};
      if (values.send_to === undefined || [values.send_to].flat().includes(measurementId)) hold(given[0], values);
    },
    consent(kind, values) {
      if (!isPlain(values) || (kind !== "default" && kind !== "update")) return;
      const { wait_for_update: wait, ...choices } = values;
      Object.assign(consent, choices);
      if (kind === "default" && wait) waitUntil = performance.now() + wait;
      if (kind === "update") waitUntil = 0;
      release();
    },
    get(id, field, answer) {
      if (id !== measurementId || typeof answer !== "function") return;
      const visit = visitor();
      answer({ client_id: visit.client, session_id: String(visit.session) }[field]);
    },
  };

  function take(entry) {
    // Only an arguments object is a command: an array or object is Tag Manager's.
    if (Object.prototype.toString.call(entry) !== "[object Arguments]") return;
    const [command, ...given] = entry;
    if (Object.hasOwn(commands, command)) commands[command](...given);
  }

  // ── Sending, once the tag is configured and the banner had the time it asked for.

  // The address and title are those of the moment of the event, whenever it is sent.
  const hold = (name, values) => {
    const page = { page_location: location.href, page_title: document.title, page_referrer: document.referrer };
    held.push([name, { ...page, ...shared, ...values }]);
    release();
  };

  function release() {
    const left = waitUntil - performance.now();
    if (left > 0) {
      setTimeout(release, left);
      return;
    }
    if (!settings) return;
    const ready = held;
    held = [];
    ready.forEach(([name, values]) => send(name, values));
  }

  const granted = (purpose) => consent[purpose] !== "denied";
  let sent = 0;
  let lastSent = 0;

  function send(name, values) {
    const visit = visitor();
    sent += 1;
    const fields = new URLSearchParams({
      v: "2",
      tid: measurementId,
      gcs: "G1" + Number(granted("ad_storage")) + Number(granted("analytics_storage")),
      cid: visit.client,
      ul: navigator.language.toLowerCase(),
      sr: screen.width + "x" + screen.height,
      _s: String(sent),
      sid: String(visit.session),
      sct: String(visit.count),
      seg: visit.isEngaged ? "1" : "0",
      en: name,
    });
    if (visit.begins && sent === 1) fields.set("_ss", "1");
    if (visit.isNew && sent === 1) fields.set("_fv", "1");
    const now = Math.round(performance.now());
    if (sent > 1) fields.set("_et", String(now - lastSent));
    lastSent = now;
    for (const [key, value] of Object.entries({ ...ownSettings(), ...values })) write(fields, key, value);
    for (const [key, value] of Object.entries(properties)) writeAs(fields, "up", key, value);
    const origin = settings.server_container_url || settings.transport_url || "https://www.google-analytics.com";
    fetch(origin + "/g/collect?" + fields, { method: "POST", mode: "no-cors", keepalive: true }).catch(() => {});
    if (typeof values.event_callback === "function") setTimeout(values.event_callback, 0, measurementId);
  }

  const OF_THE_TAG = /^(send_page_view|server_container_url|transport_url|groups|cookie_.*|client_id|session_.*)$/;
  const ownSettings = () => Object.fromEntries(Object.entries(settings).filter(([key]) => !OF_THE_TAG.test(key)));

  // ── Fields: texts as ep.name, numbers as epn.name, some of GA4's own under names of theirs.

  const FIELDS = {
    page_location: "dl",
    page_title: "dt",
    page_referrer: "dr",
    user_id: "uid",
    currency: "cu",
  };

  function write(fields, key, value) {
    if (value === undefined || value === null || value === "" || typeof value === "function") return;
    if (key === "send_to" || key === "event_timeout") return;
    if (key === "items" && Array.isArray(value)) {
      value.forEach((item, place) => fields.set("pr" + (place + 1), written(item)));
    } else if (key === "user_properties" && isPlain(value)) {
      Object.entries(value).forEach(([name, inner]) => writeAs(fields, "up", name, inner));
    } else if (Object.hasOwn(FIELDS, key)) {
      fields.set(FIELDS[key], String(value));
    } else {
      if (key === "debug_mode") fields.set("_dbg", "1");
      writeAs(fields, "ep", key, value);
    }
  }

  const writeAs = (fields, kind, key, value) =>
    fields.set(kind + (typeof value === "number" ? "n." : ".") + key, String(value));

  const ITEM_FIELDS = {
    item_id: "id", item_name: "nm", item_brand: "br", item_variant: "va", item_category: "ca", item_category2: "c2",
    item_category3: "c3", item_category4: "c4", item_category5: "c5", price: "pr", quantity: "qt", coupon: "cp",
    affiliation: "af", location_id: "lo", item_list_id: "li", item_list_name: "ln", index: "lp", discount: "ds",
    promotion_id: "pi", promotion_name: "pn", creative_name: "cn", creative_slot: "cs",
  };

  function written(item) {
    let own = 0;
    return Object.entries(item)
      .flatMap(([key, value]) => {
        const text = String(value).replaceAll("~", "~~");
        if (Object.hasOwn(ITEM_FIELDS, key)) return [ITEM_FIELDS[key] + text];
        own += 1;
        return ["k" + (own - 1) + key, "v" + (own - 1) + text];
      })
      .join("~");
  }

  // ── Who visits. With consent, cookies keep it; without, it lasts as long as the page.

  const HALF_AN_HOUR = 30 * 60;
  const YEARS = 2 * 365 * 24 * 3600;
  const sessionCookie = "_ga_" + measurementId.replace("G-", "");
  const seconds = () => Math.floor(Date.now() / 1000);
  const newClient = () => Math.floor(Math.random() * 2 ** 31) + "." + seconds();
  const passing = { client: newClient(), session: seconds(), count: 1, begins: true, isNew: true };

  const cookie = (name) =>
    (document.cookie.split("; ").find((one) => one.startsWith(name + "=")) || "").slice(name.length + 1);
  const keep = (name, value) => {
    document.cookie = name + "=" + value + "; path=/; max-age=" + YEARS + "; SameSite=Lax";
  };

  function visitor() {
    const isEngaged = performance.now() > 10000;
    if (!granted("analytics_storage")) return { ...passing, isEngaged };
    const client = cookie("_ga").split(".").slice(2).join(".");
    const [, , session, count, , last] = cookie(sessionCookie).split(".").map(Number);
    const goesOn = Boolean(client) && last > seconds() - HALF_AN_HOUR;
    const visit = {
      client: client || passing.client,
      session: goesOn ? session : passing.session,
      count: goesOn ? count : (count || 0) + 1,
      begins: !goesOn,
      isNew: !client,
      isEngaged,
    };
    keep("_ga", "GA1.1." + visit.client);
    keep(sessionCookie, ["GS1.1", visit.session, visit.count, Number(isEngaged), seconds(), 0, 0, 0].join("."));
    return visit;
  }

  // ── What was said before this script came, and what is said from now on.

  const push = layer.push;
  layer.push = function (...entries) {
    const length = push.apply(layer, entries);
    entries.forEach(take);
    return length;
  };
  layer.slice().forEach(take);
})();
