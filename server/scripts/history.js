// What was asked in this browser. It is kept here alone, and never sent.

const KEY = "selenograph:queries";
const MOST = 30;

export function kept(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

// Where the browser keeps nothing, the page works nonetheless.
export function keep(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    /* empty */
  }
}

export function asked() {
  const found = kept(KEY, []);
  return Array.isArray(found) ? found.filter((one) => typeof one?.query === "string") : [];
}

export function remember(query, rows) {
  const others = asked().filter((one) => one.query !== query);
  keep(KEY, [{ query, rows, time: new Date().toISOString() }, ...others].slice(0, MOST));
}

export function forget() {
  keep(KEY, []);
}
