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
