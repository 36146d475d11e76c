/* Comfort only: every page says and does everything without this script. It reads a page anew every
   few seconds and puts in what changed, lets single keys press buttons, and never runs any text. */
"use strict";
(() => {
  const body = document.body;
  document.documentElement.classList.add("js");
  const typing = (element) => /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

  const read = async (address) => {
    const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
    if (answer.redirected && new URL(answer.url).pathname.endsWith("/sign-in")) {
      location.reload();
    }
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  };

  /* Parts are replaced where they differ, unless somebody is at work in them. */
  const renew = (fresh) => {
    let grew = false;
    for (const list of document.querySelectorAll("[data-grow]")) {
      const other = fresh.getElementById(list.id);
      for (const item of other ? [...other.children] : []) {
        if (!document.getElementById(item.id)) {
          list.append(document.adoptNode(item));
          grew = true;
        }
      }
      if (grew) list.parentElement.scrollTop = list.parentElement.scrollHeight;
    }
    for (const part of document.querySelectorAll("[data-part]")) {
      const other = fresh.getElementById(part.id);
      const kind = part.dataset.part;
      if (!other || (kind && kind === other.dataset.part)) continue;
      const focused = part.contains(document.activeElement) ? document.activeElement : null;
      const line = focused && focused.dataset.line;
      if (part.innerHTML === other.innerHTML || (focused && !line)) continue;
      part.replaceWith(document.adoptNode(other));
      if (line) document.querySelector(`[data-line="${CSS.escape(line)}"]`)?.focus();
    }
    return grew;
  };

  const suggest = async () => {
    const place = document.getElementById("suggestions");
    if (!place || !("wanted" in place.dataset)) return;
    const fresh = await read(place.dataset.suggest).catch(() => null);
    const other = fresh && fresh.getElementById("suggestions");
    if (other && !place.contains(document.activeElement)) place.replaceWith(document.adoptNode(other));
  };

  const seconds = Number(body.dataset.live || 0);
  const look = async () => {
    const had = document.getElementById("suggestions");
    const fresh = await read(location.pathname + location.search).catch(() => null);
    if (fresh) {
      const grew = renew(fresh);
      if (grew || (!had && document.getElementById("suggestions"))) await suggest();
    }
    setTimeout(look, 1000 * seconds * (document.hidden ? 4 : 1));
  };
  if (seconds) setTimeout(look, 1000 * seconds);
  if (document.getElementById("suggestions") && !new URLSearchParams(location.search).has("suggest")) suggest();
  const log = document.getElementById("log");
  if (log) log.scrollTop = log.scrollHeight;

  const fill = (button) => {
    const box = document.getElementById("text");
    box.value = document.getElementById(button.dataset.fill).textContent;
    document.getElementById("kept").value = button.dataset.kept;
    box.focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (button) fill(button);
  });
  /* One press is one send: a second click on a slow line would be a second request. */
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });

  const step = (by) => {
    const lines = [...document.querySelectorAll("[data-line]")];
    const at = lines.indexOf(document.activeElement);
    lines[at < 0 ? 0 : Math.min(lines.length - 1, Math.max(0, at + by))]?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      if (event.key === "Enter" && event.target.form && event.target.tagName === "TEXTAREA") {
        event.preventDefault();
        event.target.form.requestSubmit();
      }
      return;
    }
    if (!body.dataset.keys || typing(event.target)) return;
    const digit = /^Digit([1-9])$/.exec(event.code);
    const found = event.shiftKey
      ? digit && document.querySelector(`[data-shift="${digit[1]}"]`)
      : document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    const focus = document.querySelector(`[data-focus="${CSS.escape(event.key)}"]`);
    if (found) found.click();
    else if (focus) focus.focus();
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?") location.href = `${body.dataset.root}/keys`;
    else return;
    event.preventDefault();
  });
})();
