// A slider beside the field for the day: what holds on a day follows it. Without it, the form does.

const FIRST = Date.UTC(2017, 0, 1);
const DAY = 86_400_000;

const field = document.querySelector("#on");
const form = field.form;
const slider = Object.assign(document.createElement("input"), {
  type: "range",
  min: 0,
  max: Math.round((Date.parse(form.dataset.last) - FIRST) / DAY),
  value: Math.round((Date.parse(field.value) - FIRST) / DAY),
});
slider.setAttribute("aria-label", "Day");

const day = () => new Date(FIRST + slider.value * DAY).toISOString().slice(0, 10);
const tell = () => slider.setAttribute("aria-valuetext", day());
let asked = 0;

async function show() {
  const number = ++asked;
  const address = new URL(form.action);
  address.searchParams.set("on", day());
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  // Another day may have been asked for meanwhile.
  if (!answer.ok || number !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const shown of document.querySelectorAll("[data-day]")) {
    const next = page.querySelector(`[data-day="${shown.dataset.day}"]`);
    // What was opened stays open.
    const opened = [...shown.querySelectorAll("details")].map((one) => one.open);
    next.querySelectorAll("details").forEach((one, at) => { one.open = opened[at] ?? false; });
    shown.replaceWith(next);
  }
  history.replaceState(null, "", address);
}

let waiting;
slider.addEventListener("input", () => {
  field.value = day();
  tell();
  clearTimeout(waiting);
  waiting = setTimeout(show, 150);
});
tell();
form.append(slider);
