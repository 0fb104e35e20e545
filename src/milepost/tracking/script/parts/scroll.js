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
