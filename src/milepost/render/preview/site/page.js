/* The preview's own behaviour: consent, running code, and lights that show what arrived. */
(function () {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const cards = new Map([...document.querySelectorAll(".card")].map((card) => [card.dataset.card, card]));

  // ── Consent, as a site's banner would say it.

  const PURPOSES = ["ad_storage", "ad_user_data", "ad_personalization", "analytics_storage"];

  function choose(choice) {
    gtag("consent", "update", Object.fromEntries(PURPOSES.map((purpose) => [purpose, choice])));
    byId("consent").textContent = choice;
    const words = { granted: "cookies are set, GA4 counts", denied: "no cookies, and GA4 counts nothing" };
    byId("consent-detail").textContent = words[choice];
    byId("consent-light").className = choice === "granted" ? "light good" : "light";
  }

  for (const button of document.querySelectorAll("[data-consent]")) {
    button.addEventListener("click", () => choose(button.dataset.consent));
  }

  // ── What is tried stays on this page: links lead nowhere, forms are not sent. Triggers have heard it by then.

  document.addEventListener("click", (happened) => {
    const link = happened.target.closest("a, area");
    if (link && link.closest(".stage")) happened.preventDefault();
  });
  document.addEventListener("submit", (happened) => happened.preventDefault());

  for (const button of document.querySelectorAll("[data-run]")) {
    button.addEventListener("click", () => {
      const { name, values, push } = JSON.parse(button.dataset.run);
      if (push === null) milepost(name, values);
      else dataLayer.push({ event: push, ...values });
    });
  }

  for (const where of document.querySelectorAll("[data-address]")) {
    if (where.dataset.address === location.pathname + location.search) where.textContent = "You are there.";
  }

  // ── Clock and depth.

  function tick() {
    for (const clock of document.querySelectorAll(".clock")) {
      const left = Math.max(Number(clock.dataset.seconds) - performance.now() / 1000, 0);
      clock.textContent = left > 0 ? Math.ceil(left) + " s left" : "passed";
    }
  }
  if (document.querySelector(".clock")) {
    tick();
    setInterval(tick, 500);
  }

  function measure() {
    const percent = (100 * (scrollY + innerHeight)) / document.documentElement.scrollHeight;
    for (const depth of document.querySelectorAll(".depth")) depth.textContent = Math.min(Math.ceil(percent), 100) + " %";
  }
  document.addEventListener("scroll", measure, { passive: true });
  measure();

  // ── What arrived.

  const counts = new Map();
  const shown = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function light(event) {
    const card = cards.get(event.event);
    if (!card) return;
    const count = (counts.get(event.event) || 0) + 1;
    counts.set(event.event, count);
    const missing = [];
    for (const row of card.querySelectorAll("[data-parameter]")) {
      const name = row.dataset.parameter;
      const given = Object.hasOwn(event.parameters, name);
      if (!given) missing.push(name);
      const cell = row.querySelector(".value");
      cell.querySelector("bdi").textContent = given ? shown(event.parameters[name]) : "missing";
      cell.classList.toggle("bad", !given);
    }
    const times = count > 1 ? " ×" + count : "";
    let words = "seen" + times;
    if (missing.length > 0) words += ", without " + missing.join(", ");
    if (!event.consent) words += (count > 1 ? ", the last" : ", but") + " not counted: no consent";
    card.querySelector(".seen").textContent = words;
    card.querySelector(".light").className = "light " + (missing.length > 0 ? "bad" : event.consent ? "good" : "waits");
    const all = Number(byId("summary").dataset.all);
    byId("summary").textContent = counts.size + " of " + all + (all === 1 ? " event seen." : " events seen.");
  }

  function list(event) {
    const entry = element("li");
    const details = element("details");
    const summary = element("summary");
    summary.append(element("code", event.event));
    const words = event.own.map((name) => name + " = " + shown(event.parameters[name])).join(" · ");
    summary.append(" ", element("span", event.consent ? "consent granted" : "consent denied", "mark"));
    summary.append(" ", element("bdi", words, "detail"));
    details.append(summary, table(event.parameters, "As GA4 reads it"), table(event.fields, "As sent to /g/collect"));
    entry.append(details);
    byId("events").prepend(entry);
    byId("nothing").hidden = true;
  }

  function table(values, caption) {
    const made = element("table");
    made.append(element("caption", caption));
    const body = element("tbody");
    for (const [name, value] of Object.entries(values)) {
      const row = element("tr");
      const head = element("th");
      head.scope = "row";
      head.append(element("code", name));
      const cell = element("td");
      cell.append(element("bdi", shown(value)));
      row.append(head, cell);
      body.append(row);
    }
    made.append(body);
    return made;
  }

  const own = new URL(".", document.currentScript ? document.currentScript.src : location.href);
  const stream = new EventSource(new URL("events", own));
  stream.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    light(event);
    list(event);
  };
  stream.onerror = () => {
    byId("summary").textContent = "The preview has ended: start it again with milepost tag --preview.";
  };

  byId("clear").addEventListener("click", async () => {
    await fetch(new URL("clear", own), { method: "POST" });
    location.reload();
  });
})();
