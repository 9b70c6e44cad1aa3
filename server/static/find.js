// Names that fit, while one types: a part of the page of search. Without it, the form leads there.

const field = document.querySelector(".find input");
const found = document.querySelector("#found");
let asked = 0;
let waiting;

async function show() {
  const number = ++asked;
  const words = field.value.trim();
  if (words.length < 2) return found.replaceChildren();
  const address = new URL(field.form.action);
  address.searchParams.set("q", words);
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  // Other words may have been typed meanwhile.
  if (!answer.ok || number !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const few = Number(found.dataset.most);
  const hits = page.querySelector("#found");
  if (few) for (const hit of [...hits.querySelectorAll("li")].slice(few)) hit.remove();
  found.replaceChildren(...hits.childNodes);
}

field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 120);
});
