// What every page needs: htmx, the drawer and navigation of Bootstrap, and a few behaviours of our own.
// Every page works without this file.
import htmx from "htmx.org";
import Offcanvas from "bootstrap/js/dist/offcanvas.js";

window.htmx = htmx;
document.documentElement.classList.add("zt-js");

const inside = (root, selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
const text = (name) => document.body.dataset[name] || "";

// --- htmx ---------------------------------------------------------------------------------------
document.addEventListener("htmx:config:request", (e) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token) e.detail.ctx.request.headers["X-CSRFToken"] = token;
});

// The drawer shows a page beside the page, so the same ids stand twice: links and forms in it lead to whole pages.
document.addEventListener("htmx:before:request", (e) => {
  const ctx = e.detail.ctx;
  const drawer = ctx.sourceElement.closest("#zt-drawer-body");
  if (!drawer || ctx.target === drawer || !ctx.sourceElement.matches("a, form")) return;
  e.preventDefault();
  if (ctx.sourceElement.matches("a")) location.assign(ctx.sourceElement.href);
  else ctx.sourceElement.submit();
});

/** Put what went wrong above the content; what was typed stays where it is. */
function showProblem(node) {
  const place = document.getElementById("zt-problem");
  if (!place) return;
  place.replaceChildren(node);
  place.focus();
  place.scrollIntoView({ block: "nearest" });
}

function problemOf(doc) {
  const part = doc?.querySelector("[data-zt-problem]");
  if (part) return document.importNode(part, true);
  const box = document.createElement("div");
  box.className = "zt-alert zt-alert-danger";
  box.textContent = text("ztFailed");
  return box;
}

document.addEventListener("htmx:before:swap", (e) => {
  const ctx = e.detail.ctx;
  const raw = ctx.response?.raw;
  if (!raw) return;
  document.getElementById("zt-problem")?.replaceChildren();
  const doc = new DOMParser().parseFromString(ctx.text || "", "text/html");
  const found = !ctx.select || doc.querySelector(ctx.select);
  if (found && (raw.ok || raw.status === 422) && !doc.querySelector("[data-zt-problem]")) return;
  e.preventDefault();
  if (raw.ok) location.assign(raw.url); // signed out meanwhile, or a page of another kind
  else showProblem(problemOf(doc));
});

document.addEventListener("htmx:error", () => showProblem(problemOf(null)));

// --- drawer -------------------------------------------------------------------------------------
const openers = new WeakMap();

/** Open a drawer; its `opener` gets the focus back when it closes. */
function openDrawer(element, opener) {
  openers.set(element, opener);
  Offcanvas.getOrCreateInstance(element).show();
}

// Scripts have to give the focus back themselves; once more, if it was opened and closed too fast and the focus is nowhere.
document.addEventListener("hidden.bs.offcanvas", (e) => {
  const opener = openers.get(e.target);
  if (!opener?.isConnected) return;
  opener.focus();
  setTimeout(() => {
    if (document.activeElement === document.body && opener.isConnected) opener.focus();
  }, 50);
});

// Bootstrap hears Escape only inside the drawer, where the focus arrives when it has slid in.
document.addEventListener("keydown", (e) => {
  const opening = document.querySelector(".offcanvas.showing, .offcanvas-lg.showing");
  if (e.key !== "Escape" || !opening || opening.contains(e.target)) return;
  opening.addEventListener("shown.bs.offcanvas", () => Offcanvas.getInstance(opening).hide(), { once: true });
});

document.addEventListener("click", (e) => {
  const link = e.target.closest("[data-zt-drawer]");
  if (link) {
    const drawer = document.getElementById(link.getAttribute("href").slice(1));
    if (!drawer) return;
    e.preventDefault();
    openDrawer(drawer, link);
    return;
  }
  const close = e.target.closest("[data-zt-close]");
  if (close) {
    e.preventDefault();
    Offcanvas.getOrCreateInstance(close.closest(".offcanvas, .offcanvas-lg")).hide();
  }
});

document.addEventListener("htmx:after:swap", (e) => {
  const ctx = e.detail.ctx;
  const body = document.getElementById("zt-drawer-body");
  if (body && ctx.target === body) {
    const title = document.getElementById("zt-drawer-title");
    const heading = body.querySelector("h1");
    title.textContent = heading ? heading.textContent.trim() : ctx.sourceElement.textContent.trim();
    heading?.remove();
    openDrawer(document.getElementById("zt-drawer"), ctx.sourceElement);
  }
  ready(document);
});

/** Write the device's place into the fields `latitude` and `longitude`, if its owner allows it. */
function fillPlace(form) {
  navigator.geolocation?.getCurrentPosition(({ coords }) => {
    form.elements.latitude.value = coords.latitude.toFixed(5);
    form.elements.longitude.value = coords.longitude.toFixed(5);
  });
}

// --- small things -------------------------------------------------------------------------------
document.addEventListener("click", (e) => {
  for (const menu of document.querySelectorAll("details.zt-menu[open]")) {
    if (!menu.contains(e.target)) menu.open = false;
  }
  if (e.target.closest("[data-zt-print]")) window.print();
  const locate = e.target.closest("[data-zt-locate]");
  if (locate) fillPlace(locate.form || locate.closest("form"));
  const back = e.target.closest("[data-zt-back]");
  if (back && history.length > 1) {
    e.preventDefault();
    history.back(); // the browser keeps what was typed; a fresh copy of the page would not
  }
});

document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  const menu = document.querySelector("details.zt-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("change", (e) => {
  if (e.target.matches("[data-zt-file] input[type=file]")) {
    const names = [...e.target.files].map((f) => f.name).join("，");
    const output = e.target.parentElement.querySelector("output");
    output.textContent = names || output.dataset.empty;
  }
  if (e.target.matches("[data-zt-submit]")) e.target.form.requestSubmit();
});

// A form sent twice is an act done twice.
document.addEventListener("submit", (e) => {
  const form = e.target;
  if (form.method !== "post" || form.hasAttribute("hx-post") || e.defaultPrevented) return;
  if (form.dataset.ztSent) e.preventDefault();
  form.dataset.ztSent = "1";
  window.addEventListener("pageshow", () => delete form.dataset.ztSent, { once: true });
});

/** Bring the eye (and the screen reader) to the errors of a form. */
function ready(root) {
  for (const box of inside(root, "[data-zt-error-summary]:not([data-zt-seen])")) {
    box.dataset.ztSeen = "1";
    if (box.closest("form")?.method !== "get") box.focus();
  }
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => ready(document));
else ready(document);
