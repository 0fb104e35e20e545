  // ── Time since the page was opened.

  for (const [name, event] of withTrigger("timer")) {
    setTimeout(() => fire(name, {}), Math.max(event.on.timer * 1000 - performance.now(), 0));
  }
