// A form of the till is sent once; one whose answer never came is sent again, under the same key, until it is known.
// Without script the button "Vérifier" does the same, and the key keeps a second click from paying twice.

const AGAIN_AFTER_S = [2, 3, 5, 8, 13];
const TRIED = "atouts-tried";

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => form.querySelector("[type=submit]").setAttribute("aria-disabled", "true"));
  form.addEventListener("submit", stopSecond);
}

// Back from the next page, the browser may show this one as it was left.
window.addEventListener("pageshow", (shown) => {
  if (!shown.persisted) return;
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sent;
    form.querySelector("[type=submit]").removeAttribute("aria-disabled");
  }
});

// How many vouchers of one value the amount uses; the server counts again.
for (const says of document.querySelectorAll("[data-uses]")) {
  const amount = says.closest("form").elements.amount;
  const say = () => {
    const cents = Math.round(Number(amount.value.replace(",", ".")) * 100);
    const uses = Math.ceil(cents / Number(says.dataset.uses));
    says.textContent = uses > 0 ? `Utilise ${uses} bon${uses > 1 ? "s" : ""}.` : "";
  };
  amount.addEventListener("input", say);
  say();
}

const unknown = document.querySelector("form[data-unknown]");
if (unknown) askAgain(unknown);
else sessionStorage.removeItem(TRIED);

function stopSecond(submit) {
  const form = submit.currentTarget;
  if (form.dataset.sent) submit.preventDefault();
  form.dataset.sent = "yes";
}

function askAgain(form) {
  const tried = Number(sessionStorage.getItem(TRIED) ?? 0);
  const says = form.querySelector("[data-unknown-says]");
  if (tried >= AGAIN_AFTER_S.length) {
    says.textContent = "Toujours pas de réponse : vérifiez votre connexion, puis appuyez sur Vérifier.";
    return;
  }
  says.textContent = "Vérification automatique en cours…";
  setTimeout(() => {
    sessionStorage.setItem(TRIED, String(tried + 1));
    form.requestSubmit();
  }, AGAIN_AFTER_S[tried] * 1000);
}
