"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { css, alpha, short, dark } = page;
  const END = 0.6; // "End" shows what lies beyond this share of the longest curve

  const WHOLE = Array.from({ length: 10 }, (_, k) => [1, 2, 5].map((n) => n * 10 ** k)).flat(); // counts have no halves

  /** The value of a curve's array at x, linear between points; undefined outside. */
  function at(xs, ys, x) {
    if (!ys || x < xs[0] || x > xs[xs.length - 1]) return undefined;
    let hi = xs.findIndex((one) => one >= x);
    if (xs[hi] === x || hi === 0) return ys[hi];
    const share = (x - xs[hi - 1]) / (xs[hi] - xs[hi - 1]);
    return ys[hi - 1] + share * (ys[hi] - ys[hi - 1]);
  }

  class Figure {
    constructor(element) {
      this.element = element;
      this.problem = data.problems[Number(element.dataset.problem)];
      this.hidden = new Set();
      this.plot = element.querySelector(".plot");
      this.choose("metric", Object.keys(data.metrics).find((m) => this.has(m)));
      this.choose("axis", Object.keys(data.axes)[0]);
      this.part = "all";
      for (const input of element.querySelectorAll("input")) {
        const kind = input.closest("fieldset").dataset.switch;
        if (kind === "metric" && !this.has(input.value)) input.closest("label").remove();
        input.addEventListener("change", () => { this[kind] = input.value; this.draw(); });
      }
      this.legend();
      this.draw();
      new ResizeObserver(() => this.resize()).observe(this.plot);
      dark.addEventListener("change", () => { this.legend(); this.draw(); });
    }

    choose(kind, value) {
      this[kind] = value;
      for (const input of this.element.querySelectorAll(`[data-switch=${kind}] input`)) {
        input.checked = input.value === value;
      }
    }

    has(metric) {
      const some = (of) => Object.values(of[metric] ?? {}).some((one) => one.x || one.length);
      return this.problem.arms.some((arm) => some(arm.curves) || some(arm.traces));
    }

    legend() {
      const legend = this.element.querySelector(".legend");
      legend.replaceChildren(...this.problem.arms.map((arm) => {
        const button = document.createElement("button");
        button.type = "button";
        button.style.setProperty("--c", css("--arm-" + arm.color));
        button.setAttribute("aria-pressed", String(!this.hidden.has(arm.name)));
        button.append(document.createElement("i"), arm.name);
        button.addEventListener("click", () => {
          if (!this.hidden.delete(arm.name)) this.hidden.add(arm.name);
          button.setAttribute("aria-pressed", String(!this.hidden.has(arm.name)));
          this.draw();
        });
        return button;
      }));
    }

    /** What is to be drawn now: tables for uPlot, the series of each, and bands between them. */
    lines() {
      const tables = [], series = [{}], bands = [];
      const arms = this.problem.arms.filter((arm) => !this.hidden.has(arm.name));
      for (const arm of arms) {
        const color = css("--arm-" + arm.color);
        const curve = arm.curves[this.metric]?.[this.axis];
        if (curve) {
          const one = curve.x.length === 1;
          const thin = { stroke: "transparent", width: 0, points: { show: false }, spanGaps: true };
          if (curve.low) {
            tables.push([curve.x, curve.high, curve.low]);
            bands.push({ series: [series.length, series.length + 1], fill: alpha(color, 0.16) });
            series.push({ ...thin }, { ...thin });
          }
          tables.push([curve.x, curve.mean]);
          const dash = arm.dash ? [12 / arm.dash, 6] : undefined;
          series.push({ stroke: color, width: 2, dash, spanGaps: true, points: { show: one, size: 8, fill: color } });
        }
        for (const trace of arm.traces[this.metric]?.[this.axis] ?? []) {
          tables.push([trace.x, trace.y]);
          series.push({ stroke: alpha(color, 0.75), width: 1.2, dash: [3, 4], spanGaps: true,
            points: { show: trace.x.length === 1, size: 6 } });
        }
      }
      return { arms, tables, series, bands };
    }

    height() { return Math.round(Math.max(260, Math.min(430, this.plot.clientWidth * 0.46))); }

    resize() {
      if (this.chart && this.plot.clientWidth) {
        this.chart.setSize({ width: this.plot.clientWidth, height: this.height() });
      }
    }

    draw() {
      this.chart?.destroy();
      this.chart = null;
      this.plot.replaceChildren();
      const { arms, tables, series, bands } = this.lines();
      if (!tables.length) {
        const none = document.createElement("p");
        none.className = "none";
        none.textContent = "Nothing was measured here.";
        this.plot.append(none);
        return;
      }
      const font = "12px " + css("--sans");
      const axis = { stroke: css("--soft"), font, grid: { stroke: css("--grid"), width: 1 }, ticks: { show: false } };
      const longest = Math.max(...tables.map((t) => t[0][t[0].length - 1]));
      const from = END * longest;
      const late = tables.flatMap(([x, ...ys]) => ys.flatMap((y) => y.filter((v, i) => v !== null && x[i] >= from)));
      const end = this.part === "end" && late.length > 0;
      const pad = end ? 0.06 * (Math.max(...late) - Math.min(...late)) || 0.01 : 0;
      const metric = data.metrics[this.metric];
      this.chart = new uPlot({
        width: this.plot.clientWidth, height: this.height(), series, bands,
        legend: { show: false },
        padding: [10, 12, 0, 0],
        scales: {
          x: { time: false, ...(end && { range: [from, longest] }) },
          y: end ? { range: [Math.min(...late) - pad, Math.max(...late) + pad] } : {},
        },
        axes: [
          { ...axis, grid: { show: false }, incrs: this.axis === "SECONDS" || longest < 8 ? undefined : WHOLE, label: data.axes[this.axis], labelFont: font, labelSize: 22, size: 32,
            values: (_, ticks) => ticks.map(short) },
          { ...axis, label: metric.label + (metric.factor === 100 ? " (%)" : ""), labelFont: font, labelSize: 24, size: 50,
            values: (_, ticks) => ticks.map(short) },
        ],
        cursor: { points: { show: false }, y: false, drag: { x: true, y: true, uni: 24 } },
        hooks: { setCursor: [(chart) => this.tip(chart, arms)] },
      }, uPlot.join(tables), this.plot);
      this.box = document.createElement("div");
      this.box.className = "tip";
      this.box.hidden = true;
      this.chart.over.append(this.box);
    }

    /** Every arm's mean and interval under the pointer, the best of a row first. */
    tip(chart, arms) {
      const { left } = chart.cursor;
      if (!this.box || left === undefined || left < 0) { if (this.box) this.box.hidden = true; return; }
      const x = chart.posToVal(left, "x");
      const rows = [];
      for (const arm of arms) {
        const curve = arm.curves[this.metric]?.[this.axis];
        const mean = curve && at(curve.x, curve.mean, x);
        if (mean === undefined || mean === null) continue;
        const half = curve.low ? (at(curve.x, curve.high, x) - at(curve.x, curve.low, x)) / 2 : undefined;
        rows.push({ arm, mean, half, n: curve.n });
      }
      if (!rows.length) { this.box.hidden = true; return; }
      rows.sort((a, b) => b.mean - a.mean);
      const title = document.createElement("b");
      title.textContent = data.axes[this.axis] + " " + short(x);
      this.box.replaceChildren(title, ...rows.map(({ arm, mean, half, n }) => {
        const row = document.createElement("div");
        const swatch = document.createElement("i");
        swatch.style.setProperty("--c", css("--arm-" + arm.color));
        const band = document.createElement("em");
        band.textContent = half === undefined ? `n = ${n}` : `± ${short(Number(half.toPrecision(2)))}, n = ${n}`;
        row.append(swatch, `${arm.name} ${short(mean)}`, band);
        return row;
      }));
      this.box.hidden = false;
      const right = left > chart.over.clientWidth / 2;
      this.box.style.top = "8px";
      this.box.style.left = right ? "" : left + 14 + "px";
      this.box.style.right = right ? chart.over.clientWidth - left + 14 + "px" : "";
    }
  }

  for (const element of document.querySelectorAll("figure.curves")) new Figure(element);
})();
