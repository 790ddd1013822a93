"use strict";
/** What the scripts of all pages share. */
const page = (() => {
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const alpha = (hex, a) => hex + Math.round(255 * a).toString(16).padStart(2, "0");
  const dark = matchMedia("(prefers-color-scheme: dark)");

  /** A short number: four significant digits, thin groups. */
  function short(v) {
    if (v === null || v === undefined) return "–";
    const size = Math.abs(v);
    if (size >= 1e6) return (v / 1e6).toPrecision(3).replace(/\.?0+$/, "") + " M";
    if (size >= 1e4) return (v / 1e3).toPrecision(3).replace(/\.?0+$/, "") + " k";
    return String(Number(v.toPrecision(4)));
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // pages opened from a disk may lack the clipboard; select the command instead
      getSelection().selectAllChildren(button.nextElementSibling);
      return;
    }
    button.textContent = "copied";
    setTimeout(() => { button.textContent = "copy"; }, 1200);
  });

  return { css, alpha, short, dark };
})();
