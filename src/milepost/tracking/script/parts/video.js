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
