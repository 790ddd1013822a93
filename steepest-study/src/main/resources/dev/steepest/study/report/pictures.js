(() => {
  const strips = JSON.parse(document.getElementById("pictures").textContent);
  const RATE = 10; // looks per second, as in the films beside the runs
  const REST = 12; // looks for which the end stays before a film begins again
  const loaded = new Map();

  /** The frames of a run in one image; the same for every place that shows it. */
  function image(id) {
    if (!loaded.has(id)) {
      const one = new Image();
      one.src = strips[id].src;
      loaded.set(id, one.decode().then(() => one));
    }
    return loaded.get(id);
  }

  /** A place for one of several runs, at one step. */
  class Frame {
    constructor(canvas) {
      this.canvas = canvas;
      this.ids = canvas.dataset.ids.split(" ");
      this.step = Infinity;
      this.choose(0);
      new IntersectionObserver((seen, observer) => {
        if (!seen.some((one) => one.isIntersecting)) return;
        observer.disconnect();
        this.seen = true;
        this.draw();
      }, { rootMargin: "400px" }).observe(canvas);
    }

    /** Shows another run; where there is none, nothing. */
    choose(index) {
      this.id = this.ids[index] === "-" ? undefined : this.ids[index];
      this.strip = strips[this.id];
      this.drawn = undefined;
      this.canvas.classList.toggle("film", (this.strip?.at.length ?? 0) > 1);
      if (this.seen) this.draw();
    }

    /** The newest frame that is not beyond the step, else the first. */
    async draw() {
      const { canvas, strip, id } = this;
      if (!strip) { canvas.width = canvas.width; return; } // clears it
      const beyond = strip.at.findIndex((at) => at > this.step);
      const k = beyond < 0 ? strip.at.length - 1 : Math.max(0, beyond - 1);
      if (this.drawn === k) return;
      this.drawn = k;
      const frames = await image(id);
      if (this.id !== id || this.drawn !== k) return; // another was asked for meanwhile
      if (canvas.width !== strip.w || canvas.height !== strip.h) {
        canvas.width = strip.w;
        canvas.height = strip.h;
        const factor = (canvas.clientWidth * devicePixelRatio) / strip.w; // repeated pixels only in whole numbers
        canvas.classList.toggle("smooth", factor < 1 || Math.abs(factor - Math.round(factor)) > 0.02);
      }
      canvas.getContext("2d").drawImage(frames, 0, k * strip.h, strip.w, strip.h, 0, 0, strip.w, strip.h);
    }

    show(step) {
      this.step = step;
      if (this.seen) this.draw();
    }
  }

  /** All pictures of a problem; their films run together. */
  class Album {
    constructor(element) {
      this.frames = [...element.querySelectorAll("canvas.frame")].map((canvas) => new Frame(canvas));
      for (const input of element.querySelectorAll("[data-switch=seed] input")) {
        input.addEventListener("change", () => {
          const table = input.closest(".rates");
          this.frames.filter((f) => table.contains(f.canvas)).forEach((f) => f.choose(Number(input.value)));
        });
      }
      this.player = element.querySelector(".player");
      if (!this.player) return;
      const shown = new Set(this.frames.flatMap((f) => f.ids).filter((id) => id !== "-"));
      const films = [...shown].map((id) => strips[id].at).filter((at) => at.length > 1);
      this.steps = [...new Set(films.flat())].sort((a, b) => a - b);
      this.button = this.player.querySelector(".play");
      this.wind = this.player.querySelector(".wind");
      this.wind.max = this.steps.length - 1;
      this.go(this.steps.length - 1);
      this.button.addEventListener("click", () => this.toggle());
      this.wind.addEventListener("input", () => { this.stop(); this.go(Number(this.wind.value)); });
      for (const frame of this.frames) {
        frame.canvas.addEventListener("click", () => { if (frame.canvas.classList.contains("film")) this.toggle(); });
      }
    }

    go(k) {
      this.k = k;
      this.wind.value = k;
      this.player.querySelector(".when").textContent = `step ${this.steps[k]}`;
      const step = k === this.steps.length - 1 ? Infinity : this.steps[k];
      this.frames.forEach((f) => f.show(step));
    }

    toggle() { if (this.timer) this.stop(); else this.play(); }

    play() {
      let rest = 0;
      if (this.k === this.steps.length - 1) this.go(0);
      this.timer = setInterval(() => {
        if (this.k < this.steps.length - 1) { this.go(this.k + 1); rest = 0; }
        else if (++rest > REST) this.go(0);
      }, 1000 / RATE);
      this.label("Pause", "true");
    }

    stop() {
      clearInterval(this.timer);
      this.timer = undefined;
      this.label("Play", "false");
    }

    label(text, pressed) {
      this.button.textContent = text;
      this.button.setAttribute("aria-pressed", pressed);
    }
  }

  for (const element of document.querySelectorAll(".album")) new Album(element);
})();
