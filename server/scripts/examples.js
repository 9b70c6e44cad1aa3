// The stored questions, with a form for what they take.
import { chooser, element, link } from "./dom.js";

export function examples(stored, root, use) {
  const place = element("div");
  const options = [["", "Choose a question …"], ...stored.map(({ name, summary }) => [name, summary])];

  async function fill(question, form) {
    const values = new URLSearchParams();
    for (const [name, value] of new FormData(form)) values.set(name, value);
    const answer = await fetch(`${root}/query/${question.name}.rq?${values}`);
    if (answer.ok) {
      message.textContent = "";
      // The header stays a comment in its first line.
      use((await answer.text()).replace(/^#\+ (?!summary:).*\n/gm, ""));
    } else {
      message.textContent = (await answer.json()).detail;
    }
  }

  function show(name) {
    const question = stored.find((one) => one.name === name);
    message.textContent = "";
    if (!question) return place.replaceChildren();
    const form = element(
      "form",
      {
        class: "parameters",
        submit: (event) => {
          event.preventDefault();
          fill(question, form);
        },
      },
      ...question.parameters.map((parameter) => {
        const type = { date: "date", integer: "number" }[parameter.type] ?? "text";
        const input = element("input", { name: parameter.name, type, value: parameter.example });
        const label = `${parameter.name}: ${parameter.about}`;
        return element("label", {}, element("span", {}, label), input);
      }),
      question.parameters.length ? element("button", {}, "Put these in") : null,
    );
    const about = [question.description && `${question.description} `];
    about.push(link(`${root}/query/${question.name}`, "The answer as a page"), ".");
    place.replaceChildren(element("p", { class: "note" }, ...about), form);
    fill(question, form);
  }

  const message = element("p", { class: "refused", role: "status" });
  return element("div", { class: "examples" }, chooser("Example", options, "", show), place, message);
}
