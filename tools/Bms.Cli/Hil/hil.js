const search = document.getElementById("search"), only = document.getElementById("only");
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(w => w);
  for (const section of document.querySelectorAll("section.group")) {
    let any = false;
    for (const row of section.querySelectorAll("tbody tr")) {
      const text = row.textContent.toLowerCase();
      row.hidden = (only.checked && !row.classList.contains("fail")) || !words.every(w => text.includes(w));
      any ||= !row.hidden;
    }
    section.hidden = !any;
  }
}
search.addEventListener("input", filter);
only.addEventListener("change", filter);
