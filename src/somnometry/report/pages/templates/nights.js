
"use strict";
(() => {
  const PAGE = 100;
  const table = document.getElementById("nights-table");
  if (!table) return;
  const body = table.tBodies[0];
  const more = document.getElementById("more-nights");
  const rows = [...body.rows, ...(more ? more.content.querySelectorAll("tr") : [])];
  const heads = [...table.tHead.rows[0].cells];
  const byId = (id) => document.getElementById(id);
  const [search, condition, status, told, before, after] = ["search", "condition", "status", "told", "before", "after"].map(byId);
  const whole = (row, name) => row.dataset[name] || "";
  const cell = (row, at) => { const one = row.cells[at]; return "value" in one.dataset ? one.dataset.value : one.textContent.trim(); };
  const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const apart = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  let shown = rows, first = 0;

  const draw = () => {
    body.replaceChildren(...shown.slice(first, first + PAGE));
    const last = Math.min(first + PAGE, shown.length);
    const part = shown.length > PAGE ? ", " + (first + 1) + " to " + last + " shown" : "";
    told.textContent = shown.length + " of " + rows.length + " nights" + part;
    before.disabled = first === 0;
    after.disabled = last >= shown.length;
    before.hidden = after.hidden = rows.length <= PAGE;
  };

  const arrange = () => {
    const sought = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    shown = rows.filter((row) =>
      sought.every((word) => words.get(row).includes(word)) &&
      (!condition || !condition.value || whole(row, "condition") === condition.value.slice(1)) &&
      (!status.value || whole(row, "status") === status.value));
    const at = heads.findIndex((head) => head.getAttribute("aria-sort") && head.getAttribute("aria-sort") !== "none");
    if (at >= 0) {
      const way = heads[at].getAttribute("aria-sort") === "descending" ? -1 : 1;
      const numeric = heads[at].classList.contains("number");
      const keys = new Map(shown.map((row) => [row, cell(row, at)]));
      shown.sort((a, b) => {
        const x = keys.get(a), y = keys.get(b);
        if (x === "" || y === "") return (x === "") - (y === "");
        return way * (numeric ? Number(x) - Number(y) : apart.compare(x, y));
      });
    }
    first = 0;
    draw();
  };

  heads.forEach((head) => head.querySelector("button").addEventListener("click", () => {
    const next = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    heads.forEach((other) => other.setAttribute("aria-sort", other === head ? next : "none"));
    arrange();
  }));
  [search, condition, status].forEach((field) => field && field.addEventListener("input", arrange));
  before.addEventListener("click", () => { first = Math.max(0, first - PAGE); draw(); });
  after.addEventListener("click", () => { first += PAGE; draw(); });

  const quoted = (text) => {
    const safe = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text) && Number.isNaN(Number(text)) ? " " + text : text;
    return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  byId("export").addEventListener("click", () => {
    const lines = [heads.map((head) => head.dataset.key), ...shown.map((row) => heads.map((_, at) => cell(row, at)))];
    const text = lines.map((line) => line.map(quoted).join(",") + "\r\n").join("");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff" + text], { type: "text/csv;charset=utf-8" }));
    link.download = "nights-shown.csv";
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });

  byId("tools").hidden = false;
  arrange();
})();
