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

