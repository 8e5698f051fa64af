/* Keys for lists and queues. The pages work without it: every key presses a link or a button that is there. */
(function () {
  "use strict";
  var FRESH = 60000; // milliseconds for which a page fetched ahead may be shown
  var ahead = null;

  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }
  function one(selector) { return document.querySelector(selector); }
  function press(selector) { var found = one(selector); if (found) { found.click(); } return !!found; }

  function rows() { return all("[data-rows] tbody tr"); }
  function here() { return rows().findIndex(function (row) { return row.hasAttribute("aria-current"); }); }
  function go(step) {
    var list = rows();
    if (!list.length) { return false; }
    var place = Math.min(Math.max(here() + step, 0), list.length - 1);
    list.forEach(function (row) { row.removeAttribute("aria-current"); });
    list[place].setAttribute("aria-current", "true");
    list[place].querySelector("a").focus({ preventScroll: true });
    list[place].scrollIntoView({ block: "nearest" });
    return true;
  }
  function inRow(selector) {
    var row = rows()[here()];
    var found = row && row.querySelector(selector);
    if (found) { found.click(); }
    return !!found;
  }
  function verdict(place) {
    var found = all('input[name="verdict"]')[place - 1];
    if (!found) { return false; }
    found.click();
    one("#why").focus();
    return true;
  }
  function help() {
    var box = one("#help");
    if (!box || !box.showModal) { return false; }
    if (box.open) { box.close(); } else { box.showModal(); }
    return true;
  }
  function search() { var box = one("#q") || one("#q-all"); if (box) { box.focus(); box.select(); } return !!box; }

  /* The next finding is fetched while this one is read, kept in memory alone, and shown when it is asked for. */
  function fetchAhead() {
    var link = one('a[rel="next"][data-ahead]');
    ahead = null;
    if (!link) { return; }
    var kept = { href: link.href, text: "", at: Date.now() };
    ahead = kept;
    fetch(link.href, { credentials: "same-origin", headers: { "HX-Request": "true" } })
      .then(function (answer) { return answer.ok && !answer.redirected ? answer.text() : ""; })
      .then(function (text) { kept.text = text; })
      .catch(function () { kept.text = ""; });
  }
  function show(link) {
    if (!ahead || !ahead.text || ahead.href !== link.href || Date.now() - ahead.at > FRESH || !window.htmx) { return false; }
    var title = new DOMParser().parseFromString(ahead.text, "text/html").title;
    window.htmx.swap("#main", ahead.text, { swapStyle: "outerHTML" }, { select: "#main" });
    history.pushState({ ahead: true }, "", link.href);
    document.title = title;
    window.scrollTo(0, 0);
    ready();
    return true;
  }

  function ready() {
    all(".keys-hint, .keys").forEach(function (hint) { hint.hidden = false; });
    mark();
    window.setTimeout(fetchAhead, 300);
  }
  function mark() {
    all(".opts label").forEach(function (label) { label.classList.toggle("on", label.querySelector("input").checked); });
  }

  document.addEventListener("keydown", function (event) {
    var at = event.target;
    var isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) && !/^(checkbox|radio|submit|button)$/.test(at.type || "");
    if (event.key === "Enter" && event.ctrlKey && one("#decide")) { press("#decide [name=then]"); event.preventDefault(); return; }
    if (event.key === "Escape" && isTyping) { at.blur(); return; }
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    var isList = !!one("[data-rows]");
    var known = {
      j: function () { return isList ? go(1) : press('a[rel="next"]'); },
      k: function () { return isList ? go(here() < 0 ? 1 : -1) : press('a[rel="prev"]'); },
      n: function () { return press('a[rel="next"]'); },
      o: function () { return inRow("a"); },
      x: function () { return inRow('input[type="checkbox"]'); },
      u: function () { return press('[data-key="u"]'); },
      b: function () { return press('[data-key="b"]'); },
      "/": search,
      "?": help
    };
    var key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    var done = known[key] ? known[key]() : /^[1-9]$/.test(key) && verdict(Number(key));
    if (done) { event.preventDefault(); }
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest('a[rel="next"][data-ahead]');
    if (link && event.button === 0 && !event.ctrlKey && !event.shiftKey && !event.metaKey && show(link)) { event.preventDefault(); }
  });
  document.addEventListener("change", function (event) {
    mark();
    var row = event.target.name === "sel" && event.target.closest("tr");
    if (row) { row.classList.toggle("on", event.target.checked); }
  });
  window.addEventListener("popstate", function () { location.reload(); });
  ready();
})();
