// The chat widget of a Whet desk: <script src="https://…/widget.js" data-desk="Name" async></script>
// Everything that anybody wrote is inserted as text, never as HTML. No request leaves the origin
// that the script came from. Attributes: data-desk, data-language (en, zh), data-open.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || !script.src) return;
  const base = new URL(".", script.src).href;
  const deskName = script.dataset.desk || "";
  const KEEP = `whet:${base}:${deskName}`;
  const TRY_MS = 30000, POLL_MS = 3000, SLOW_MS = 30000, LONGEST_WAIT_MS = 30000;

  const WORDS = {
    en: {
      open: "Chat with us", close: "Close the chat", title: "Chat", log: "Conversation",
      write: "Your message", send: "Send", person: "Talk to a person", bot: "Back to the assistant",
      menu: "More", save: "Download the conversation", fresh: "Start a new conversation",
      you: "You", assistant: "Assistant", colleague: "Colleague", desk: "Desk",
      good: "This helped", bad: "This did not help", thanks: "Thank you for telling us.",
      sources: "Read more", waiting: "You are waiting for a person.", typing: "Writing an answer…",
      offline: "No connection. Your message is kept and will be sent.", sending: "Sending…",
      slow: "That was a lot at once. Your message is kept and will be sent soon.",
      failed: "This message could not be sent.", again: "Try again", drop: "Delete",
      talking: "You are talking to a person.", has: "A person has this conversation already.", ended: "This conversation is closed. Write to go on.",
      unread: "new messages", newtab: "(opens in a new tab)", choices: "Choose an answer",
      long: "This is too long. Shorten it to {n} characters.",
      sure: "Start anew? You will not see this conversation again.", rate: "Rate this answer",
    },
    zh: {
      open: "在线咨询", close: "关闭聊天窗口", title: "在线客服", log: "会话内容",
      write: "请输入消息", send: "发送", person: "转人工客服", bot: "返回智能助手",
      menu: "更多", save: "下载会话记录", fresh: "开始新会话",
      you: "您", assistant: "智能助手", colleague: "同事", desk: "客服台",
      good: "有帮助", bad: "没有帮助", thanks: "感谢您的反馈。",
      sources: "了解更多", waiting: "正在为您排队等候人工客服。", typing: "正在输入…",
      offline: "网络已断开。您的消息已保存，恢复后会自动发送。", sending: "发送中…",
      slow: "发送过于频繁。您的消息已保存，稍后会自动发送。",
      failed: "这条消息未能发送。", again: "重试", drop: "删除",
      talking: "人工客服正在为您服务。", has: "人工客服已在为您服务，请直接留言。", ended: "本次会话已结束。直接留言即可继续。",
      unread: "条新消息", newtab: "（在新标签页中打开）", choices: "请选择",
      long: "内容太长，请缩短到 {n} 个字以内。",
      sure: "要开始新会话吗？之后将看不到本次会话。", rate: "评价这条回复",
    },
  };
  const asked = script.dataset.language || document.documentElement.lang || navigator.language || "";
  let language = /^zh/i.test(asked) ? "zh" : "en";
  let words = WORDS[language];

  const CSS = `
:host{all:initial;--ink:#1c2430;--soft:#57606d;--paper:#fff;--tint:#f1f4f8;--line:#c9d1db;
 --brand:#1f5fbf;--on:#fff;--mine:#1f5fbf;--bad:#b3261e;--focus:#0b57d0;
 font:15px/1.5 system-ui,-apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans SC",
 "Noto Sans CJK SC",sans-serif;color:var(--ink)}
@media (prefers-color-scheme:dark){:host{--ink:#e8ecf2;--soft:#aab4c1;--paper:#171c24;--tint:#232b36;
 --line:#465263;--brand:#8ab8ff;--on:#0d1420;--mine:#2b4f86;--bad:#ffb4ab;--focus:#a8c8ff}}
*{box-sizing:border-box;font:inherit;color:inherit}
[hidden]{display:none!important}
button{cursor:pointer;border:0;background:none;border-radius:8px;padding:6px 10px;min-height:36px}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.launch{position:fixed;right:20px;bottom:20px;z-index:2147483000;background:var(--brand);
 color:var(--on);border-radius:28px;padding:12px 20px;font-weight:600;
 box-shadow:0 4px 16px rgb(0 0 0/.28)}
.count{background:var(--on);color:var(--brand);border-radius:10px;padding:1px 8px;margin-left:8px}
.panel{position:fixed;right:20px;bottom:20px;z-index:2147483000;width:380px;height:min(620px,
 calc(100vh - 40px));display:flex;flex-direction:column;background:var(--paper);
 border:1px solid var(--line);border-radius:16px;box-shadow:0 8px 40px rgb(0 0 0/.3);overflow:hidden}
header{display:flex;align-items:center;gap:4px;padding:10px 8px 10px 16px;
 border-bottom:1px solid var(--line)}
h2{flex:1;margin:0;font-size:17px;font-weight:650;overflow:hidden;text-overflow:ellipsis;
 white-space:nowrap}
.icon{width:40px;height:40px;padding:0;font-size:20px;line-height:1}
.icon:hover,.menu button:hover{background:var(--tint)}
.menu{position:absolute;right:8px;top:56px;background:var(--paper);border:1px solid var(--line);
 border-radius:10px;padding:4px;display:flex;flex-direction:column;z-index:1;
 box-shadow:0 6px 20px rgb(0 0 0/.25)}
.menu button{text-align:left}
.log{flex:1;overflow-y:auto;padding:14px 14px 6px;overscroll-behavior:contain}
.row{display:flex;flex-direction:column;align-items:flex-start;margin:0 0 12px}
.row.customer{align-items:flex-end}
.who{font-size:12px;color:var(--soft);margin:0 4px 2px}
.bubble{max-width:86%;padding:9px 13px;border-radius:14px;background:var(--tint);
 white-space:pre-wrap;overflow-wrap:anywhere}
.customer .bubble{background:var(--mine);color:#fff;border-bottom-right-radius:4px}
.bot .bubble,.person .bubble{border-bottom-left-radius:4px}
.person .bubble{box-shadow:inset 3px 0 var(--brand)}
.system{align-items:center}
.system .bubble{background:none;color:var(--soft);font-size:13.5px;text-align:center;padding:2px 12px}
.note{font-size:12.5px;color:var(--soft);margin:2px 4px 0}
.note.bad{color:var(--bad)}
.note button{text-decoration:underline;padding:2px 6px;min-height:28px}
.sources{margin:5px 4px 0;font-size:13px;color:var(--soft)}
.sources a{color:var(--brand);text-decoration:underline}
.chips{display:flex;flex-wrap:wrap;gap:6px;margin:8px 0 0}
.chip{border:1px solid var(--brand);color:var(--brand);border-radius:18px;padding:5px 14px;
 text-align:left}
.chip:hover{background:var(--tint)}
.rate{display:flex;align-items:center;gap:2px;margin:3px 0 0}
.rate button{width:36px;height:36px;padding:0;display:grid;place-items:center;color:var(--soft)}
.rate button:hover,.rate [aria-pressed=true]{background:var(--tint);color:var(--brand)}
.rate svg{width:18px;height:18px;fill:none;stroke:currentColor;stroke-width:1.8;
 stroke-linejoin:round}
.rate [aria-pressed=true] svg{fill:currentColor}
.rate span{font-size:12.5px;color:var(--soft)}
.state{font-size:13px;color:var(--soft);padding:2px 16px;min-height:24px}
.dots{display:inline-block;width:8px;height:8px;border-radius:50%;background:var(--soft);
 margin-right:8px;animation:beat 1s infinite alternate}
@keyframes beat{to{opacity:.2}}
form{display:flex;align-items:flex-end;gap:8px;padding:6px 12px 6px}
textarea{flex:1;resize:none;border:1px solid var(--soft);border-radius:12px;background:var(--paper);
 padding:8px 12px;min-height:42px;max-height:130px}
textarea::placeholder{color:var(--soft);opacity:1}
.send{background:var(--brand);color:var(--on);border-radius:12px;padding:8px 16px;min-height:42px;
 font-weight:600}
.foot{display:flex;padding:0 12px 10px}
.foot button{color:var(--brand);text-decoration:underline;padding:4px 6px}
@media (max-width:480px){.panel{inset:0;width:auto;height:auto;border:0;border-radius:0}}
@media (prefers-reduced-motion:reduce){.dots{animation:none}}
@media (forced-colors:active){.launch,.panel,.bubble,.chip{border:1px solid}}`;

  // --- what is kept in this browser: the token, messages that were not acknowledged, ratings

  let kept = {};
  const load = () => {
    try { kept = JSON.parse(localStorage.getItem(KEEP) || "{}") || {}; } catch { kept = {}; }
    kept.pending = Array.isArray(kept.pending) ? kept.pending : [];
    kept.rated = kept.rated || {};
  };
  const save = () => {
    try { localStorage.setItem(KEEP, JSON.stringify(kept)); } catch { /* full, or forbidden */ }
  };
  load();

  const newId = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0"))
      .join("");

  // --- elements

  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "on") for (const [event, run] of Object.entries(value)) element.addEventListener(event, run);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  };
  const button = (text, run, attributes) =>
    make("button", { type: "button", on: { click: run }, ...attributes }, text);

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];

  let desk = { name: deskName || words.title, longest_text: 8000, greeting: {}, languages: ["en", "zh"] };
  let entries = [];
  let last = 0;
  let state = "bot";
  let isOpen = false;
  let unread = 0;
  let follows = true; // the reader is at the end of the log, and stays there
  let isOffline = false;
  let isSlow = false; // the server takes no more messages for a moment
  let isBusy = false;
  let generation = 0;

  const launch = button("", () => show(true), { class: "launch", "aria-haspopup": "dialog" });
  const title = make("h2", { id: "title" });
  const more = button("⋯", () => toggleMenu(menu.hidden), { class: "icon", "aria-expanded": "false", "aria-controls": "menu" });
  const shut = button("×", () => show(false), { class: "icon" });
  const saveIt = button("", () => { toggleMenu(false); download(); });
  const fresh = button("", startAnew);
  const menu = make("div", { class: "menu", id: "menu", hidden: true }, saveIt, fresh);
  const log = make("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0" });
  log.addEventListener("scroll", () => { follows = log.scrollHeight - log.scrollTop - log.clientHeight < 90; });
  const status = make("div", { class: "state", role: "status" });
  const box = make("textarea", { rows: "1", autocomplete: "off", enterkeyhint: "send", on: { keydown: onKey, input: grow } });
  const send = make("button", { class: "send", type: "submit" });
  const form = make("form", { on: { submit: (event) => { event.preventDefault(); submit(); } } }, box, send);
  const person = button("", () => ask("person"));
  const back = button("", () => ask("bot"));
  const panel = make("section", { class: "panel", role: "dialog", "aria-labelledby": "title", hidden: true },
    make("header", null, title, more, shut), menu, log, status, form, make("div", { class: "foot" }, person, back));
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    if (menu.hidden) show(false);
    else { toggleMenu(false); more.focus(); }
  });
  root.append(launch, panel);

  function label() {
    host.lang = language === "zh" ? "zh-CN" : "en";
    host.setAttribute("role", "region");
    host.setAttribute("aria-label", words.title);
    const name = (element, text) => { element.setAttribute("aria-label", text); element.title = text; };
    launch.replaceChildren(words.open);
    if (unread) launch.append(make("span", { class: "count" }, String(unread)));
    launch.setAttribute("aria-label", unread ? `${words.open} (${unread} ${words.unread})` : words.open);
    title.textContent = desk.name;
    name(more, words.menu);
    name(shut, words.close);
    saveIt.textContent = words.save;
    fresh.textContent = words.fresh;
    log.setAttribute("aria-label", words.log);
    box.setAttribute("aria-label", words.write);
    box.placeholder = words.write;
    send.textContent = words.send;
    person.textContent = words.person;
    back.textContent = words.bot;
    if (root.activeElement === back && state !== "waiting") box.focus();
    back.hidden = state !== "waiting";
    const waits = kept.pending.some((one) => !one.failed);
    const text = isOffline && waits ? words.offline : isSlow && waits ? words.slow : state === "waiting" ? words.waiting
      : state === "person" ? words.talking : waits || isBusy ? words.typing
      : state === "resolved" ? words.ended : "";
    if (status.dataset.text !== text) {
      status.dataset.text = text;
      status.replaceChildren(...(text === words.typing ? [make("span", { class: "dots", "aria-hidden": "true" })] : []), text);
    }
  }

  // --- the log: rows are added, and never made anew, so that a screen reader says each once

  const rows = new Map();
  const rowOf = (key, who, name) => {
    const row = make("div", { class: `row ${who}` });
    if (name) row.append(make("div", { class: "who" }, name));
    rows.set(key, row);
    log.append(row);
    return row;
  };
  const nameOf = (entry) => ({ customer: words.you, bot: words.assistant, person: entry.name || words.colleague })[entry.who];

  function greet() {
    const text = desk.greeting[language] || Object.values(desk.greeting)[0];
    if (!text || rows.has("greeting")) return;
    const row = rowOf("greeting", "bot", words.assistant);
    row.append(make("div", { class: "bubble" }, text));
    log.prepend(row);
  }

  function add(entry) {
    if (entry.kind !== "message") return;
    if (entry.who === "customer") {
      const waited = rows.get(`c:${entry.client_id}`);
      if (waited) {
        waited.querySelector(".note")?.remove();
        rows.set(entry.seq, waited);
        if (log.lastElementChild !== waited) log.append(waited); // where it really stands
        return;
      }
    }
    if (rows.has(entry.seq)) return;
    const row = rowOf(entry.seq, entry.who, nameOf(entry));
    row.append(make("div", { class: "bubble", lang: entry.language || null }, entry.text));
    if (entry.sources && entry.sources.length) row.append(citations(entry.sources));
    if (entry.who === "bot") row.append(thumbs(entry));
    if (!isOpen && entry.who !== "customer" && entry.seq > (kept.read || 0)) unread += 1;
  }

  function citations(sources) {
    const line = make("div", { class: "sources" }, `${words.sources}${language === "zh" ? "：" : ": "}`);
    sources.forEach((source, i) => {
      if (i) line.append(" · ");
      const text = source.heading ? `${source.title} › ${source.heading}` : source.title;
      let url = null;
      try { url = new URL(source.url); } catch { /* an article without an address */ }
      if (url && /^https?:$/.test(url.protocol)) {
        line.append(make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow",
          title: source.quote, "aria-label": `${text} ${words.newtab}` }, text));
      } else line.append(make("span", { title: source.quote }, text));
    });
    return line;
  }

  const NS = "http://www.w3.org/2000/svg";
  function thumb(up) {
    const svg = document.createElementNS(NS, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(NS, "path");
    path.setAttribute("d", up
      ? "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 2.5 3L13 10h6c1 0 2 1 1.7 2.2l-1.6 6.2c-.2 1-1 1.6-2 1.6H7"
      : "M7 13V4H4v9zM7 13l4 8c2 0 3-1 2.5-3L13 14h6c1 0 2-1 1.7-2.2l-1.6-6.2C19 4.6 18.200 4 17 4H7");
    svg.append(path);
    return svg;
  }
  function thumbs(entry) {
    const line = make("div", { class: "rate", role: "group", "aria-label": words.rate });
    const told = make("span", { role: "status" });
    const press = async (value) => {
      try {
        await call("ratings", { message: entry.seq, value });
      } catch { return; }
      kept.rated[entry.seq] = value;
      save();
      mark();
      told.textContent = words.thanks;
    };
    const pair = [[1, words.good], [-1, words.bad]].map(([value, text]) =>
      button(thumb(value > 0), () => press(value), { "aria-label": text, title: text }));
    const mark = () => pair.forEach((one, i) =>
      one.setAttribute("aria-pressed", String(kept.rated[entry.seq] === (i ? -1 : 1))));
    mark();
    line.append(...pair, told);
    return line;
  }

  function showChoices() {
    root.querySelector(".chips")?.remove();
    const said = entries.filter((entry) => entry.kind === "message");
    const entry = said[said.length - 1];
    if (!entry || !entry.choices || !entry.choices.length || state !== "bot" || kept.pending.length) return;
    const chips = entry.choices.map((text) => button(text, () => { box.focus(); write(text); }, { class: "chip" }));
    rows.get(entry.seq)?.append(make("div", { class: "chips", role: "group", "aria-label": words.choices }, ...chips));
  }

  function showPending() {
    for (const one of kept.pending) {
      const row = rows.get(`c:${one.id}`) || rowOf(`c:${one.id}`, "customer", words.you);
      if (!row.querySelector(".bubble")) row.append(make("div", { class: "bubble" }, one.text));
      row.querySelector(".note")?.remove();
      if (one.failed) {
        row.append(make("div", { class: "note bad" }, `${one.failed} `,
          button(words.again, () => { one.failed = ""; save(); render(); flush(); }),
          button(words.drop, () => forget(one.id))));
      }
    }
  }
  function forget(id) {
    kept.pending = kept.pending.filter((one) => one.id !== id);
    save();
    rows.get(`c:${id}`)?.remove();
    rows.delete(`c:${id}`);
    box.focus();
    render();
  }

  function render() {
    greet();
    showPending();
    showChoices();
    label();
    if (follows) log.scrollTop = log.scrollHeight;
  }

  // --- talking to the server

  class Problem extends Error {
    constructor(status, text, wait) { super(text); this.status = status; this.wait = wait; }
  }
  async function call(path, body, options = {}) {
    const headers = {};
    if (kept.token && !options.bare) headers.authorization = `Bearer ${kept.token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), options.wait || TRY_MS);
    let response;
    try {
      response = await fetch(`${base}widget/${path}`, {
        method: body === undefined ? "GET" : "POST", headers, signal: stop.signal,
        body: body === undefined ? undefined : JSON.stringify(body), credentials: "omit", cache: "no-store",
      });
      const found = await response.json().catch(() => ({}));
      if (response.ok) return found;
      const wait = Number(response.headers.get("retry-after")) || 0;
      throw new Problem(response.status, found.error ? found.error.message : words.failed, wait * 1000);
    } finally { clearTimeout(timer); }
  }

  let beginning = null;
  const begin = () => {
    if (kept.token) return Promise.resolve();
    beginning ||= call("conversations", { desk: deskName || null, language }, { bare: true })
      .then((found) => { kept.token = found.token; save(); listen(); })
      .finally(() => { beginning = null; });
    return beginning;
  };

  function take(found) {
    for (const entry of found.entries) {
      if (entry.seq <= last) continue;
      last = entry.seq;
      entries.push(entry);
      if (entry.who === "customer") kept.pending = kept.pending.filter((one) => one.id !== entry.client_id);
      add(entry);
    }
    state = found.state;
    isOffline = isSlow = false;
    if (isOpen) kept.read = last;
    save();
    render();
  }

  let flushing = false;
  let delay = 1000;
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  async function flush() { // sends what is kept, in order, until it is acknowledged
    if (flushing) return;
    flushing = true;
    try {
      for (let one; (one = kept.pending.find((each) => !each.failed));) {
        try {
          await begin();
          isBusy = true;
          render();
          const found = await call("messages", { client_id: one.id, text: one.text, after: last });
          isBusy = false;
          delay = 1000;
          kept.pending = kept.pending.filter((each) => each.id !== one.id);
          take(found);
          if (found.more) await read();
        } catch (error) {
          isBusy = false;
          await whatNow(one, error);
        }
      }
    } finally { flushing = false; isBusy = false; render(); }
  }
  async function whatNow(one, error) {
    const code = error instanceof Problem ? error.status : 0;
    if (code === 401) { await lost(); return; }
    if (code >= 400 && code < 500 && code !== 429 && code !== 408) {
      one.failed = error.message || words.failed;
      save();
      render();
      return;
    }
    isOffline = !code || code >= 500;
    isSlow = code === 429;
    render();
    await sleep(isSlow ? error.wait || delay : Math.min(LONGEST_WAIT_MS, Math.max(delay, (error.wait || 0) / 4)));
    delay = Math.min(delay * 2, LONGEST_WAIT_MS);
  }
  async function lost() { // the server does not know the token: begin anew, keep what was not sent
    generation += 1;
    delete kept.token;
    clear();
    save();
    await sleep(500);
  }
  function clear() {
    entries = [];
    last = 0;
    state = "bot";
    kept.read = 0;
    kept.rated = {};
    rows.clear();
    log.replaceChildren();
    render();
  }

  const read = async () => {
    for (let found; ;) {
      found = await call(`entries?after=${last}`);
      take(found);
      if (!found.more) return;
    }
  };

  let listening = 0;
  async function listen() { // a stream while there is one, else a look now and then
    if (!kept.token || listening === generation + 1) return;
    const mine = generation;
    listening = mine + 1;
    let failures = 0;
    while (mine === generation && kept.token) {
      const began = Date.now();
      try {
        if (failures < 3) await stream(mine);
        else { await read(); await sleep(isOpen ? POLL_MS : SLOW_MS); }
        if (failures < 3 && Date.now() - began < 2000) failures += 1; // a proxy that holds nothing open
      } catch (error) {
        if (error instanceof Problem && error.status === 401) { await lost(); return; }
        failures += 1;
        await sleep(Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(failures, 6)));
        if (failures > 20) failures = 0;
      }
    }
  }
  async function stream(mine) {
    const stop = new AbortController();
    let timer;
    const alive = () => { clearTimeout(timer); timer = setTimeout(() => stop.abort(), 45000); };
    alive();
    try {
      const response = await fetch(`${base}widget/events?after=${last}`, {
        headers: { authorization: `Bearer ${kept.token}` }, signal: stop.signal, credentials: "omit", cache: "no-store" });
      if (!response.ok) throw new Problem(response.status, "", 0);
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let text = "";
      for (; ;) {
        const { value, done } = await reader.read();
        if (done || mine !== generation) { reader.cancel().catch(() => 0); return; }
        alive();
        text += decoder.decode(value, { stream: true });
        for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
          const data = text.slice(0, end).split("\n").filter((line) => line.startsWith("data: "))
            .map((line) => line.slice(6)).join("\n");
          if (data) take(JSON.parse(data));
        }
      }
    } finally { clearTimeout(timer); }
  }

  // --- what the customer does

  function write(text) {
    kept.pending.push({ id: newId(), text, failed: "" });
    save();
    follows = true;
    render();
    flush();
  }
  function submit() {
    const text = box.value.trim();
    if (!text) return;
    if (text.length > desk.longest_text) {
      status.dataset.text = "long";
      status.textContent = words.long.replace("{n}", desk.longest_text);
      return;
    }
    box.value = "";
    grow();
    box.focus();
    write(text);
  }
  function onKey(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      submit();
    }
  }
  function grow() {
    box.style.height = "auto";
    box.style.height = `${Math.min(130, box.scrollHeight + 2)}px`;
  }
  function tell(key, text) { // also where it says the same again
    status.dataset.text = key;
    status.replaceChildren();
    setTimeout(() => { if (status.dataset.text === key) status.textContent = text; }, 50);
  }
  async function ask(wanted) { // for a person, or for the assistant again
    if (wanted === "person" && state === "person") return tell("has", words.has);
    if (wanted === "person" && state === "waiting") return tell(words.waiting, words.waiting);
    try {
      await begin();
      await call(wanted, {});
      await read();
    } catch (error) {
      if (error instanceof Problem && error.status === 401) { await lost(); return ask(wanted); }
      tell("problem", error instanceof Problem ? error.message : words.offline);
    }
  }
  function toggleMenu(open) {
    menu.hidden = !open;
    more.setAttribute("aria-expanded", String(open));
    if (open) saveIt.focus();
  }
  function startAnew() {
    toggleMenu(false);
    if (!confirm(words.sure)) return;
    generation += 1;
    kept = { pending: [], rated: {} };
    save();
    clear();
    box.focus();
  }
  function download() {
    const lines = entries.filter((entry) => entry.kind === "message").map((entry) => {
      const at = new Date(entry.at).toLocaleString(language === "zh" ? "zh-CN" : "en-GB");
      return `[${at}] ${nameOf(entry) || words.desk}: ${entry.text}`;
    });
    const url = URL.createObjectURL(new Blob([`${desk.name}\n\n${lines.join("\n\n")}\n`], { type: "text/plain;charset=utf-8" }));
    make("a", { href: url, download: "conversation.txt" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
    more.focus();
  }
  function show(open) {
    isOpen = open;
    panel.hidden = !open;
    launch.hidden = open;
    menu.hidden = true;
    more.setAttribute("aria-expanded", "false");
    if (open) {
      unread = 0;
      kept.read = last;
      save();
      follows = true;
      render();
      box.focus();
    } else {
      label();
      launch.focus();
    }
  }

  // --- begin

  addEventListener("storage", (event) => { // another page of this site has written, or begun anew
    if (event.key !== KEEP) return;
    const token = kept.token;
    load();
    if (kept.token !== token) { generation += 1; clear(); listen(); }
  });
  addEventListener("online", () => { delay = 1000; flush(); });

  const start = async () => {
    document.body.append(host);
    label();
    listen();
    if (kept.pending.length) flush();
    if (script.dataset.open !== undefined) show(true);
    for (let wait = 1000; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        desk = await call(`desk${deskName ? `?desk=${encodeURIComponent(deskName)}` : ""}`, undefined, { bare: true });
        break;
      } catch (error) {
        if (error instanceof Problem && error.status < 500) { console.error(`Chat: ${error.message}`); host.remove(); return; }
        await sleep(wait);
      }
    }
    if (!desk.languages.includes(language)) { language = desk.languages[0]; words = WORDS[language]; }
    render();
  };
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
})();
