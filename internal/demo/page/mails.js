// Letters of one kind share nearly all of their text: a letter is runs of pieces,
// (first piece, how many), put together when somebody looks at it.
(() => {
  const at = id => document.getElementById(id);
  const text = runs => { let s = ""; for (let i = 0; i < runs.length; i += 2) s += mails.p.slice(runs[i], runs[i] + runs[i + 1]).join(""); return s; };
  const size = b => (b / 1024).toFixed(1) + " KB";
  const list = document.querySelector(".list"), find = document.querySelector(".find");
  const show = (m, button) => {
    at("subject").textContent = m.s;
    at("about").textContent = m.a + " UTC · to " + m.t + " · " + m.g + " · " + size(m.z) + (m.c ? " · " + m.c : "");
    at("page").srcdoc = text(m.m);
    at("text").textContent = text(m.x);
    at("headers").textContent = text(m.h);
    const lines = text(m.k).split("\n");
    at("links").replaceChildren(...lines.filter((_, i) => i % 2 === 0 && lines[i + 1]).map((_, i) => {
      const li = document.createElement("li"), span = document.createElement("span");
      span.textContent = lines[2 * i + 1];
      li.append(lines[2 * i] + " ", span);
      return li;
    }));
    for (const b of list.children) b.setAttribute("aria-current", b === button);
  };
  const fill = () => {
    const word = find.value.trim().toLowerCase();
    list.replaceChildren(...mails.l.filter(m => !word || (m.a + " " + m.t + " " + m.s + " " + (m.c || "")).toLowerCase().includes(word)).map(m => {
      const b = document.createElement("button"), line = document.createElement("span");
      line.className = "soft";
      for (const word of [m.a, (m.c ? m.c + " · " : "") + m.g]) { const s = document.createElement("span"); s.textContent = word; line.append(s); }
      b.append(m.t, line);
      b.addEventListener("click", () => show(m, b));
      return b;
    }));
  };
  find.addEventListener("input", fill);
  document.querySelector(".widths").addEventListener("change", () => at("frame").classList.toggle("narrow", at("narrow").checked));
  fill();
  list.firstElementChild?.setAttribute("aria-current", "true");
})();
