// The link to this page in another language leads to the place where the reader is: cells have one id in all languages.
(() => {
  const top = 80; // pixels under which a section counts as the one that is read
  const here = () => [...document.querySelectorAll("section[id]")].findLast((each) => each.getBoundingClientRect().top <= top)?.id;
  for (const link of document.querySelectorAll("[data-other]"))
    link.addEventListener("click", () => { link.hash = here() ?? ""; });
})();
