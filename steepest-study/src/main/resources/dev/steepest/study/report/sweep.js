"use strict";
(() => {
  const { css, alpha, short, dark } = page;
  const data = JSON.parse(document.getElementById("data").textContent);
  const SVG = "http://www.w3.org/2000/svg";
  const unit = data.metric.symbol ? ` (${data.metric.symbol})` : "";

  function svg(name, attributes, parent) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent?.append(element);
    return element;
  }

  class Coordinates {
    static HEIGHT = 380;
    static TOP = 44;
    static BOTTOM = 14;
    static NARROWEST = 118; // pixels between two axes, below which labels would meet

    constructor(element) {
      this.said = element.querySelector(".said");
      this.holder = element.querySelector(".lines");
      this.axes = [...data.axes, data.goal];
      this.trials = data.trials.map((t) => ({ ...t, places: [...t.at, t.place] }))
        .sort((a, b) => (a.good ?? -1) - (b.good ?? -1));
      this.kept = this.axes.map(() => null);
      this.draw();
      new ResizeObserver(() => { if (this.holder.parentElement.clientWidth !== this.width) this.draw(); }).observe(this.holder.parentElement);
    }

    x(k) { return this.left + (k * (this.span - this.left - this.right)) / Math.max(1, this.axes.length - 1); }
    y(share) { return Coordinates.TOP + (1 - share) * (Coordinates.HEIGHT - Coordinates.TOP - Coordinates.BOTTOM); }

    draw() {
      this.width = this.holder.parentElement.clientWidth;
      this.left = 60;
      this.right = 66;
      this.span = Math.max(this.width, this.left + this.right + Coordinates.NARROWEST * (this.axes.length - 1));
      this.root = svg("svg", { width: this.span, height: Coordinates.HEIGHT, viewBox: `0 0 ${this.span} ${Coordinates.HEIGHT}` });
      this.holder.replaceChildren(this.root);
      const lines = svg("g", {}, this.root);
      for (const trial of this.trials) {
        const points = trial.places.map((p, k) => (p === null ? null : [this.x(k), this.y(p)])).filter((p) => p);
        trial.path = svg("path", { d: this.curve(points), class: trial.good === null ? "blank" : trial.state }, lines);
        trial.path.style.setProperty("--good", 12 + 88 * Math.pow(trial.good ?? 0, 2) + "%");
      }
      this.axes.forEach((axis, k) => this.axis(axis, k));
      this.root.addEventListener("pointermove", (event) => this.point(event));
      this.root.addEventListener("pointerleave", () => this.say(null));
      this.filter();
    }

    curve(points) {
      return points.map(([x, y], k) => {
        if (k === 0) return `M${x},${y}`;
        const [px, py] = points[k - 1];
        const half = (px + x) / 2;
        return `C${half},${py} ${half},${y} ${x},${y}`;
      }).join("");
    }

    axis(axis, k) {
      const x = this.x(k);
      const group = svg("g", { class: "axis" }, this.root);
      const anchor = k === 0 ? "start" : k === this.axes.length - 1 ? "end" : "middle";
      const shift = k === 0 ? -40 : k === this.axes.length - 1 ? 56 : 0;
      const title = svg("text", { x: x + shift, y: 18, "text-anchor": anchor }, group);
      const parts = axis.name.split(".");
      title.textContent = axis.name.length > 18 && parts.length > 1 ? "…" + parts[parts.length - 1] : axis.name;
      svg("title", {}, title).textContent = axis.name;
      svg("line", { x1: x, x2: x, y1: this.y(1), y2: this.y(0) }, group);
      const right = k === this.axes.length - 1;
      for (const tick of axis.ticks) {
        const label = svg("text", { x: x + (right ? 8 : -8), y: this.y(tick.at), dy: ".35em", "text-anchor": right ? "start" : "end" }, group);
        label.style.fontWeight = 400;
        label.style.fill = "var(--soft)";
        label.textContent = tick.label.length > 13 ? tick.label.slice(0, 12) + "…" : tick.label;
      }
      const kept = svg("rect", { class: "kept", x: x - 7, width: 14, y: 0, height: 0, rx: 3 }, group);
      const show = () => {
        const range = this.kept[k];
        kept.setAttribute("height", range ? this.y(range[0]) - this.y(range[1]) : 0);
        if (range) kept.setAttribute("y", this.y(range[1]));
        kept.style.display = range ? "" : "none";
      };
      show();
      const grab = svg("rect", { class: "grab", x: x - 14, width: 28, y: this.y(1) - 8, height: this.y(0) - this.y(1) + 16 }, group);
      grab.addEventListener("pointerdown", (event) => {
        grab.setPointerCapture(event.pointerId);
        const share = (e) => {
          const at = e.clientY - this.root.getBoundingClientRect().top;
          return Math.min(1.02, Math.max(-0.02, (this.y(0) - at) / (this.y(0) - this.y(1))));
        };
        const from = share(event);
        const move = (e) => {
          const to = share(e);
          this.kept[k] = Math.abs(to - from) < 0.015 ? null : [Math.min(from, to), Math.max(from, to)];
          show();
          this.filter();
        };
        move(event);
        grab.onpointermove = move;
        grab.onpointerup = () => { grab.onpointermove = null; };
      });
    }

    filter() {
      let left = 0;
      for (const trial of this.trials) {
        trial.out = this.kept.some((range, k) => range && (trial.places[k] === null || trial.places[k] < range[0] || trial.places[k] > range[1]));
        trial.path.classList.toggle("out", trial.out);
        left += trial.out ? 0 : 1;
      }
      this.rest = this.kept.some((range) => range) ? `${left} of ${this.trials.length} trials kept.` : "";
      this.say(null);
    }

    /** The trial whose line passes nearest to the pointer. */
    point(event) {
      const box = this.root.getBoundingClientRect();
      const x = event.clientX - box.left, y = event.clientY - box.top;
      let nearest = null, least = 12;
      for (const trial of this.trials) {
        if (trial.out) continue;
        for (let k = 0; k + 1 < this.axes.length; k++) {
          if (x < this.x(k) || x > this.x(k + 1) || trial.places[k] === null || trial.places[k + 1] === null) continue;
          const s = (x - this.x(k)) / (this.x(k + 1) - this.x(k));
          const t = s * s * (3 - 2 * s);
          const distance = Math.abs(y - this.y(trial.places[k] + t * (trial.places[k + 1] - trial.places[k])));
          if (distance <= least) { least = distance; nearest = trial; }
        }
      }
      this.say(nearest);
    }

    say(trial) {
      this.on?.path.classList.remove("on");
      this.on = trial;
      trial?.path.classList.add("on");
      if (trial) trial.path.parentElement.append(trial.path);
      this.said.textContent = trial
        ? `Trial ${trial.n}, ${trial.said}: ` + data.axes.map((axis, k) => `${axis.name} ${trial.text[k]}`).join(", ")
          + (trial.value === null ? "." : `: ${short(trial.value)} ${data.metric.symbol}`.trimEnd() + ".")
        : this.rest ?? "";
    }
  }

  /** A figure of curves by uPlot that follows its switch, its width and the colour scheme. */
  class Course {
    constructor(element) {
      this.kind = element.dataset.kind;
      this.plot = element.querySelector(".plot");
      this.choice = element.querySelector("input:checked").value;
      for (const input of element.querySelectorAll("input")) {
        input.addEventListener("change", () => { this.choice = input.value; this.draw(); });
      }
      this.draw();
      new ResizeObserver(() => {
        if (this.chart && this.plot.clientWidth) this.chart.setSize({ width: this.plot.clientWidth, height: this.height() });
      }).observe(this.plot);
      dark.addEventListener("change", () => this.draw());
    }

    height() { return Math.round(Math.max(240, Math.min(400, this.plot.clientWidth * 0.4))); }

    /** Tables for uPlot, their series and bands, and the label of the axis below. */
    best() {
      const accent = css("--accent"), soft = css("--soft");
      const best = data.best[this.choice];
      const byTrial = this.choice === "trials";
      const tables = [], series = [{}], bands = [];
      const thin = { stroke: "transparent", width: 0, points: { show: false }, spanGaps: false };
      if (byTrial && data.best.chance.x.length) {
        const { x, good, bad, middle } = data.best.chance;
        tables.push(data.metric.rises ? [x, good, bad, middle] : [x, bad, good, middle]);
        bands.push({ series: [1, 2], fill: alpha(soft, 0.13) });
        series.push({ ...thin }, { ...thin }, { ...thin, stroke: alpha(soft, 0.8), width: 1.2, dash: [4, 4] });
      }
      if (byTrial) {
        const ended = data.trials.filter((t) => t.state !== "running" && t.state !== "failed");
        for (const [state, color] of [["finished", accent], ["terminated", soft]]) {
          const x = [], y = [];
          ended.forEach((t, k) => { if (t.state === state && t.value !== null) { x.push(k + 1); y.push(t.value); } });
          if (!x.length) continue;
          tables.push([x, y]);
          series.push({ stroke: color, width: 0, paths: () => null, points: { show: true, size: 7, width: 1, stroke: alpha(color, 0.9), fill: alpha(color, 0.4) } });
        }
      }
      tables.push([best.x, best.y]);
      series.push({ stroke: accent, width: 2.4, paths: uPlot.paths.stepped({ align: 1 }), points: { show: best.x.length === 1 } });
      return { tables, series, bands, label: byTrial ? "trials that ended" : "training time of all trials (s)" };
    }

    learning() {
      const accent = css("--accent"), line = css("--soft");
      const order = data.trials.filter((t) => t.x.length).sort((a, b) => (a.good ?? -1) - (b.good ?? -1));
      const shown = this.choice === "best" ? order.slice(-10) : order;
      const tables = [], series = [{}];
      for (const t of shown) {
        const good = Math.pow(t.good ?? 0, 2);
        const color = good > 0.5 ? alpha(accent, 0.25 + 0.75 * (2 * good - 1)) : alpha(line, 0.35);
        tables.push([t.x, t.y]);
        series.push({ label: "trial " + t.n, stroke: color, width: good > 0.9 ? 2.2 : 1.3, spanGaps: true, dash: t.state === "terminated" ? [5, 4] : undefined,
          points: t.x.length === 1 || !["finished", "running"].includes(t.state)
            ? { show: true, size: 6, fill: color, filter: (u, i) => [u.data[i].reduce((last, v, k) => (v === null || v === undefined ? last : k), 0)] }
            : { show: false } });
      }
      return { tables, series, bands: [], label: "look at the trial" };
    }

    draw() {
      this.chart?.destroy();
      this.chart = null;
      this.plot.replaceChildren();
      const { tables, series, bands, label } = this[this.kind]();
      if (!tables.length || tables.every((t) => !t[0].length)) {
        const none = document.createElement("p");
        none.className = "none";
        none.textContent = "Nothing was reported here.";
        this.plot.append(none);
        return;
      }
      const font = "12px " + css("--sans");
      const axis = { stroke: css("--soft"), font, grid: { stroke: css("--grid"), width: 1 }, ticks: { show: false } };
      const [low, high] = data.range ?? [0, 1];
      const pad = 0.05 * (high - low) || 0.01 * Math.abs(high) || 0.01;
      const longest = Math.max(...tables.flatMap((t) => t[0]));
      const shortest = Math.min(...tables.flatMap((t) => t[0]));
      const margin = Math.max(0.02 * (longest - shortest), longest === shortest ? 0.5 : 0);
      this.chart = new uPlot({
        width: this.plot.clientWidth, height: this.height(), series, bands,
        legend: { show: false }, padding: [10, 12, 0, 0],
        focus: { alpha: this.kind === "learning" ? 0.18 : 1 },
        scales: {
          x: { time: false, range: (_, min, max) => (min === shortest && max === longest ? [min - margin, max + margin] : [min, max]) },
          y: { range: (_, min, max) => (this.kind === "best" ? [low - pad, high + pad] : [Math.max(min, this.floor()), Math.min(max, this.ceiling()) + pad]) },
        },
        axes: [
          { ...axis, grid: { show: false }, incrs: this.choice === "seconds" ? undefined : [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000], label, labelFont: font, labelSize: 22, size: 32, values: (_, ticks) => ticks.map(short) },
          { ...axis, label: data.metric.label + unit, labelFont: font, labelSize: 24, size: 54, values: (_, ticks) => ticks.map(short) },
        ],
        cursor: { y: false, points: { show: false }, drag: { x: true, y: false }, focus: { prox: this.kind === "learning" ? 24 : -1 } },
        hooks: { setCursor: [(chart) => this.tip(chart)], setSeries: [(chart, k) => { this.near = k; this.tip(chart); }] },
      }, uPlot.join(tables), this.plot);
      this.box = document.createElement("div");
      this.box.className = "tip";
      this.box.hidden = true;
      this.chart.over.append(this.box);
    }

    /** Curves that begin far off (a loss before training) do not press all others together. */
    floor() { const [low, high] = data.range ?? [0, 1]; return data.metric.rises ? -Infinity : low - 0.2 * (high - low); }
    ceiling() { const [low, high] = data.range ?? [0, 1]; return data.metric.rises ? Infinity : high + 1.5 * (high - low || Math.abs(high)); }

    tip(chart) {
      const { left, idx } = chart.cursor;
      if (!this.box || left === undefined || left < 0 || idx === null || idx === undefined) { if (this.box) this.box.hidden = true; return; }
      const at = chart.data[0][idx];
      let text = null;
      if (this.kind === "learning") {
        const series = this.near ? chart.series[this.near] : null;
        const value = series ? chart.data[this.near][idx] : null;
        if (series && value !== null && value !== undefined) text = `${series.label}, look ${short(at)}: ${short(value)} ${data.metric.symbol}`;
      } else {
        const best = data.best[this.choice];
        let k = -1;
        best.x.forEach((x, i) => { if (x <= at) k = i; });
        if (k >= 0) text = `best after ${short(at)} ${this.choice === "trials" ? "trials" : "s"}: ${short(best.y[k])} ${data.metric.symbol} (trial ${best.n[k]})`;
      }
      this.box.hidden = text === null;
      this.box.textContent = text ?? "";
      const right = left > chart.over.clientWidth / 2;
      this.box.style.top = "8px";
      this.box.style.left = right ? "" : left + 14 + "px";
      this.box.style.right = right ? chart.over.clientWidth - left + 14 + "px" : "";
    }
  }

  for (const element of document.querySelectorAll("figure.coordinates")) new Coordinates(element);
  for (const element of document.querySelectorAll("figure.course")) new Course(element);
})();
