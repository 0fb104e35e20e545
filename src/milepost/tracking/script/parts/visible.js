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
